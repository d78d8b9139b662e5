import ArgumentParser
import Cluster
import Foundation
import NumericalMethods

/// `spinodal doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Is this machine set up right? One line a check, with the cure.",
    discussion: "Start it as the run will be started, under mpirun or srun. Exit status 3 when there is a PROBLEM.")

  @Option(help: "Where the results of a run will be (default: the present folder).")
  var folder = "."

  @OptionGroup var common: CommonOptions

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let url = URL(fileURLWithPath: folder)
    let launch = LaunchEnvironment(environment)
    // MPI would end the program here with a page of text, or let every process believe that it is alone.
    guard !launch.isLaunched || launch.canConnect else {
      return try report([.current], LaunchFacts(environment: environment), FolderFacts(of: url))
    }
    let communicator: Communicator
    do {
      communicator = try Communicator.start()
    } catch {
      return try report(
        [.current], LaunchFacts(environment: environment, failure: error.description), FolderFacts(of: url))
    }
    let ranks = try facts(of: url, on: communicator)
    var status: Int64 = 0
    if communicator.isRoot {
      let checks = MachineChecks(
        ranks: ranks, launch: LaunchFacts(environment: environment), folder: FolderFacts(of: url))
      status = try print(checks.all)
    }
    status = try communicator.maximum([status])[0]
    try communicator.finish()
    if status != 0 { throw ExitCode(Int32(status)) }
  }

  /// What every rank found out, on rank 0; collective.
  private func facts(of url: URL, on communicator: Communicator) throws -> [RankFacts] {
    LinearAlgebraThreads.set(1)
    var mine = RankFacts.current
    let number = communicator.isRoot ? Array("\(HostInformation.current.name).\(getpid())".utf8) : []
    let name = String(decoding: try communicator.broadcast(number, from: 0), as: UTF8.self)
    let marker = FolderFacts.existing(url).appendingPathComponent(".spinodal-doctor-\(name)")
    let path = marker.path(percentEncoded: false)
    // Where not even rank 0 can write, the check of the file system says so.
    let isWritten = communicator.isRoot ? (try? AtomicFile.write(Data(), to: marker)) != nil : false
    let canWrite = try communicator.maximum([isWritten ? 1 : 0])[0] == 1
    mine.seesFolder = !canWrite || access(path, F_OK) == 0
    try communicator.barrier()
    mine.time = Date.now.timeIntervalSince1970
    if isWritten { unlink(path) }
    let gathered = try communicator.gather(Array(JSONEncoder().encode(mine)))
    return try (gathered ?? []).map { try JSONDecoder().decode(RankFacts.self, from: Data($0)) }
  }

  /// Reports from processes that do not know each other: the one that the launcher calls the first prints.
  private func report(_ ranks: [RankFacts], _ launch: LaunchFacts, _ folder: FolderFacts) throws {
    let status = try print(MachineChecks(ranks: ranks, launch: launch, folder: folder).all)
    if status != 0 { throw ExitCode(Int32(status)) }
  }

  /// Prints the checks; the exit status.
  private func print(_ checks: [MachineCheck]) throws -> Int64 {
    switch common.format {
    case .json: try Console.json(["checks": checks])
    case .text: for check in checks { Console.output(check.text) }
    }
    return checks.contains { $0.verdict == .problem } ? 3 : 0
  }
}
