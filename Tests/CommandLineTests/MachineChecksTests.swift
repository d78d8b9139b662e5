import Cluster
import Foundation
import Testing

@testable import spinodal

/// The judgements of `doctor` on machines that are not at hand.
@Suite struct MachineChecksTests {
  private static let sound = RankFacts(
    host: "node1", processors: [0, 1, 2, 3], processorQuota: nil, threads: 4, processLimit: 4096, memory: 1 << 34,
    memoryLimit: nil, coreFileLimit: 0, sharedMemory: 1 << 32, kernels: "AVX2", linearAlgebraKernel: "Haswell",
    versions: [.init(name: "program", version: "1"), .init(name: "MPI", version: "Open MPI 4")], seesFolder: true,
    time: 100)

  /// The checks of four ranks on one host of four cores, after changes.
  private func checks(
    _ count: Int = 4, environment: [String: String] = ["OMPI_COMM_WORLD_SIZE": "4"], failure: String? = nil,
    writeFailure: String? = nil, free: UInt64 = 1 << 40, grantsLocks: Bool = true,
    _ change: (inout RankFacts, Int) -> Void = { _, _ in }
  ) -> [MachineCheck] {
    let ranks = (0..<count).map { number in
      var facts = Self.sound
      change(&facts, number)
      return facts
    }
    let fileSystem = FileSystemInformation(type: "lustre", freeBytes: free, grantsLocks: grantsLocks)
    return MachineChecks(
      ranks: ranks, launch: LaunchFacts(environment: environment, failure: failure),
      folder: FolderFacts(path: "/scratch", failure: writeFailure, fileSystem: fileSystem)
    ).all
  }

  /// Expects that `name` alone is not in order, is judged so, and says how to mend it.
  private func expect(
    _ checks: [MachineCheck], only name: String, _ verdict: MachineCheck.Verdict, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let bad = checks.filter { $0.verdict != .ok }
    #expect(bad.map(\.name) == [name], sourceLocation: sourceLocation)
    #expect(bad.first?.verdict == verdict, sourceLocation: sourceLocation)
    #expect(bad.first?.cure?.isEmpty == false, sourceLocation: sourceLocation)
    for word in words {
      #expect(bad.first?.text.contains(word) == true, "\(bad.first?.text ?? "")", sourceLocation: sourceLocation)
    }
  }

  @Test func soundMachine() {
    let all = checks()
    #expect(all.allSatisfy { $0.verdict == .ok && $0.cure == nil })
    #expect(all.allSatisfy { !$0.finding.isEmpty && !$0.text.contains("\n") })
    #expect(Set(all.map(\.name)).count == all.count)
  }

  @Test func ranksThatDoNotFindEachOther() {
    let alone = ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "4"]
    expect(checks(1, environment: alone), only: "launcher", .problem, "without PMI", "--mpi=pmix")
    expect(checks(1), only: "launcher", .problem, "started 4")
    expect(checks(1, environment: [:], failure: "MPI sees one"), only: "launcher", .problem, "MPI sees one")
    expect(checks(1, environment: ["SLURM_NTASKS": "4"]), only: "launcher", .warning, "4 tasks", "mpirun")
  }

  @Test func ranksAndCores() {
    expect(checks(5, environment: [:]), only: "processors", .warning, "5 rank(s) on 4 core(s)")
    // Each bound to its own core: no rank sees all cores, together they do.
    #expect(checks { $0.processors = [$1] }.allSatisfy { $0.verdict == .ok })
    // All bound to the same core.
    expect(checks { facts, _ in facts.processors = [2] }, only: "processors", .warning, "4 rank(s) on 1 core(s)")
    expect(checks { facts, _ in facts.processorQuota = 2.5 }, only: "processors", .warning, "2.5")
    #expect(checks { facts, _ in facts.processorQuota = 4 }.allSatisfy { $0.verdict == .ok })
    // Five ranks on two hosts fit.
    let two = checks(5, environment: [:]) { $0.host = $1 < 3 ? "node1" : "node2" }
    #expect(two.allSatisfy { $0.verdict == .ok })
  }

  @Test func limitsOfTheHost() {
    expect(checks { facts, _ in facts.threads = 600 }, only: "threads", .warning, "2400", "OPENBLAS_NUM_THREADS=1")
    expect(checks { facts, _ in facts.memoryLimit = 1 << 24 }, only: "memory", .problem, "--mem-per-cpu")
    #expect(checks { facts, _ in facts.memoryLimit = 1 << 32 }.allSatisfy { $0.verdict == .ok })
    expect(checks { facts, _ in facts.sharedMemory = 1 << 24 }, only: "shared memory", .problem, "--shm-size")
    expect(checks { facts, _ in facts.sharedMemory = nil }, only: "shared memory", .warning, "/dev/shm")
    expect(checks { facts, _ in facts.coreFileLimit = nil }, only: "core files", .warning, "ulimit -c 0")
  }

  @Test func hostsThatDiffer() {
    expect(
      checks {
        $0.time = $1 == 3 ? 170 : 100; $0.host = "node\($1)"
      }, only: "clocks", .warning, "70 s")
    expect(checks { $0.versions[1].version = "Open MPI \($1)" }, only: "MPI", .problem, "same modules")
    let kernels = checks { $0.kernels = $1 == 0 ? "AVX2" : "AVX-512" }
    #expect(kernels.allSatisfy { $0.verdict == .ok })
    #expect(kernels.contains { $0.finding.contains("AVX-512, AVX2") })
    expect(
      checks { $0.linearAlgebraKernel = $1 == 0 ? "Zen" : "Haswell" }, only: "linear algebra", .warning, "last digits",
      "OPENBLAS_CORETYPE")
    let folder = checks {
      $0.host = "node\($1)"; $0.seesFolder = $1 != 2
    }
    expect(folder, only: "shared folder", .problem, "node2")
  }

  @Test("A kernel of OpenBLAS that does not use the vectors of the processor")
  func slowLinearAlgebra() {
    for (vectors, cure) in [("AVX2", "Haswell"), ("AVX-512", "SkylakeX")] {
      expect(
        checks { facts, _ in (facts.kernels, facts.linearAlgebraKernel) = (vectors, "Prescott") },
        only: "linear algebra", .warning, "several times slower", "OPENBLAS_CORETYPE=\(cure)")
    }
    for (vectors, kernel) in [
      ("AVX-512", "SkylakeX"), ("AVX-512", "Zen"), ("x86-64 baseline", "Nehalem"), ("arm64 NEON", "neoversen1"),
    ] {
      let sound = checks { facts, _ in (facts.kernels, facts.linearAlgebraKernel) = (vectors, kernel) }
      #expect(sound.allSatisfy { $0.verdict == .ok }, "\(kernel)")
    }
  }

  @Test func folderOfTheResults() {
    expect(checks(writeFailure: "/scratch: open failed"), only: "file system", .problem, "open failed")
    expect(checks(grantsLocks: false), only: "file locks", .warning, "HDF5_USE_FILE_LOCKING")
    expect(checks(free: 1 << 28), only: "free space", .warning, "256 MiB")
    expect(checks(free: 1 << 20), only: "free space", .problem)
  }
}

/// `doctor` as a program: options, exit statuses, and nothing left behind.
@Suite(.timeLimit(.minutes(1))) struct DoctorCommandTests {
  @Test func problemsGiveStatus3() async throws {
    try await withTemporaryFolder { folder in
      let program = Program(folder: folder)
      // Nobody can write there, not even root.
      let result = try await program.run("doctor", "--folder", "/proc/self", "--format", "json")
      #expect(result.status == 3)
      let checks = try result.json()["checks"].list
      #expect(checks.filter { $0["verdict"].text == "problem" }.compactMap(\.["name"].text).contains("file system"))
      #expect(checks.allSatisfy { ($0["verdict"].text == "ok") != $0["cure"].exists })
    }
  }

  @Test func folderThatARunWouldMake() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program(folder: folder).run("doctor", "--folder", "new/results")
      #expect(result.status == 0)
      #expect(result.output.contains(folder.lastPathComponent))
      #expect(try names(in: folder).isEmpty)
    }
  }

  @Test(.enabled(if: Program.launcher != nil, "mpirun is not installed")) func ranksReportTogether() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program(folder: folder).run(ranks: 3, "doctor", "--format", "json")
      #expect(result.status == 0, "\(result.errors)")
      let checks = try result.json()["checks"].list
      #expect(checks.first { $0["name"].text == "launcher" }?["finding"].text?.hasPrefix("3 rank(s)") == true)
      #expect(try names(in: folder).isEmpty)
    }
  }
}
