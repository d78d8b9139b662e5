import SystemInterface
import Systems
import Testing

/// The systems of the program by name.
@Suite struct SystemRegistryTests {
  @Test("An unknown system is named with the known ones")
  func unknownSystem() {
    #expect {
      try SystemRegistry.standard.system(named: "dense-hebian")
    } throws: { error in
      let text = "\(error)"
      return text.contains("unknown system 'dense-hebian'") && text.contains("did you mean 'dense-hebbian'?")
    }
    #expect(throws: Never.self) { try SystemRegistry.standard.system(named: "dense-hebbian") }
  }
}
