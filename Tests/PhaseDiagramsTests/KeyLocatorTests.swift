import Testing

@testable import PhaseDiagrams

@Suite struct KeyLocatorTests {
  /// `line:column` of a key path.
  private func place(_ document: String, _ path: String...) -> String? {
    KeyLocator(document).places[path].map { "\($0.line):\($0.column)" }
  }

  @Test func plainKeysAndHeaders() {
    let document = """
      system = "toy"
        seed = 1

      [parameters]
      field = 0.5   # axes = 3
      [ axes ]
      \tsize = 3
      [simulation]# samples
      samples=8
      """
    #expect(place(document, "system") == "1:1")
    #expect(place(document, "seed") == "2:3")
    #expect(place(document, "parameters") == "4:2")
    #expect(place(document, "parameters", "field") == "5:1")
    #expect(place(document, "axes") == "6:3")
    #expect(place(document, "axes", "size") == "7:2")
    #expect(place(document, "simulation") == "8:2")
    #expect(place(document, "simulation", "samples") == "9:1")
    #expect(KeyLocator(document).places.count == 8)
  }

  @Test func dottedKeysAndDottedHeaders() {
    let document = """
      simulation.samples = 4
      axes . field . from = 0
      axes.field.to = 1
      [axes.size]
      values = [1]
      [ a . b ]
      c.d = 1
      """
    #expect(place(document, "simulation") == "1:1")
    #expect(place(document, "simulation", "samples") == "1:1")
    #expect(place(document, "axes") == "2:1")
    #expect(place(document, "axes", "field") == "2:1")
    #expect(place(document, "axes", "field", "from") == "2:1")
    #expect(place(document, "axes", "field", "to") == "3:1")
    #expect(place(document, "axes", "size") == "4:2")
    #expect(place(document, "axes", "size", "values") == "5:1")
    #expect(place(document, "a", "b") == "6:3")
    #expect(place(document, "a", "b", "c", "d") == "7:1")
  }

  @Test func quotedKeys() {
    let document = """
      "system" = 1
      'seed' = 2
      "with = and # and ] and ." = 3
      axes."the field".'from' = 4
      ["quoted header"]
      x = 5
      """
    #expect(place(document, "system") == "1:1")
    #expect(place(document, "seed") == "2:1")
    #expect(place(document, "with = and # and ] and .") == "3:1")
    #expect(place(document, "axes", "the field", "from") == "4:1")
    #expect(place(document, "quoted header", "x") == "6:1")
  }

  @Test func inlineTables() {
    let document = """
      axes = { field = { from = 0.0, to = 1.0, "points" = 3 }, size.values = [1, 2] }
      empty = {}
      after = 1
      """
    #expect(place(document, "axes") == "1:1")
    #expect(place(document, "axes", "field") == "1:10")
    #expect(place(document, "axes", "field", "from") == "1:20")
    #expect(place(document, "axes", "field", "to") == "1:32")
    #expect(place(document, "axes", "field", "points") == "1:42")
    #expect(place(document, "axes", "size", "values") == "1:58")
    #expect(place(document, "empty") == "2:1")
    #expect(place(document, "after") == "3:1")
  }

  @Test func arraysOverSeveralLines() {
    let document = """
      values = [
        1, 2,   # ] x = 3
        [ "a]", 'b#' ],
        { inner = [ 1 ] },
      ]
      next = [] # done
      last = 1979-05-27 07:32:00
      end = true
      """
    #expect(place(document, "values") == "1:1")
    #expect(place(document, "values", "inner") == "4:5")
    #expect(place(document, "next") == "6:1")
    #expect(place(document, "last") == "7:1")
    #expect(place(document, "end") == "8:1")
    #expect(place(document, "x") == nil)
  }

  @Test func stringsHideWhatLooksLikeKeys() {
    let document = #"""
      first = "a # b = [c] \" d = 1"
      second = 'C:\'
      third = """
      [header]
      key = 1 # no comment \"""
      a "quoted" word, ""two""
      """
      fourth = '''
      x = { y = 2 ] '' \'''
      fifth = 5
      """#
    #expect(place(document, "first") == "1:1")
    #expect(place(document, "second") == "2:1")
    #expect(place(document, "third") == "3:1")
    #expect(place(document, "fourth") == "8:1")
    #expect(place(document, "fifth") == "10:1")
    #expect(KeyLocator(document).places.count == 5)
  }

  /// TOML 1.0 allows one or two quotation marks directly before the three that end a multi-line string.
  @Test(arguments: ["\"", "'"], [1, 2]) func multilineStringsMayEndWithQuotes(quote: String, extra: Int) {
    let long = String(repeating: quote, count: 3)
    let document = "note = \(long)say \(quote)hi\(String(repeating: quote, count: extra))\(long)\nafter = 1\n"
    #expect(place(document, "note") == "1:1")
    #expect(place(document, "after") == "2:1")
    #expect(KeyLocator(document).places.count == 2)
  }

  /// Whatever a string holds, the scan of a valid document ends; in a process of its own, which a limit ends otherwise.
  @Test func scanningEnds() async {
    await #expect(processExitsWith: .success) {
      alarmAfter(seconds: 10)
      _ = KeyLocator("note = \"\"\"say \"hi\"\"\"\"\nvalues = [\"a\", \"b\"]\n")
    }
  }

  @Test func carriageReturnsCountAsPartOfTheLineEnd() {
    let document = "a = 1\r\n[b] # c\r\n  d = '''\r\nx = 1\r\n'''\r\ne = [\r\n 1,\r\n]\r\nf = 2"
    #expect(place(document, "a") == "1:1")
    #expect(place(document, "b") == "2:2")
    #expect(place(document, "b", "d") == "3:3")
    #expect(place(document, "b", "e") == "6:1")
    #expect(place(document, "b", "f") == "9:1")
    #expect(KeyLocator(document).places.count == 5)
  }

  @Test func firstMentionCountsAndNothingIsMadeUp() {
    #expect(KeyLocator("").places.isEmpty)
    #expect(KeyLocator("# only = a comment\n\n").places.isEmpty)
    let document = "[[runs]]\nname = 1\n[[runs]]\nname = 2\n"
    #expect(place(document, "runs") == "1:3")
    #expect(place(document, "runs", "name") == "2:1")
  }
}
