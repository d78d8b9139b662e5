import ArgumentParser
import CFFTW
import CKernels
import Cluster
import Foundation
import NumericalMethods
import PhaseDiagrams

/// `spinodal doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Is this machine set up right? One line a check, with the cure.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let communicator = try Communicator.start()
    let hosts = try communicator.gather(Array(HostInformation.current.name.utf8))
    if communicator.isRoot {
      let names = (hosts ?? []).map { String(decoding: $0, as: UTF8.self) }
      let checks = MachineChecks(communicator: communicator, hostNames: names).all
      switch common.format {
      case .json: try Console.json(["checks": checks])
      case .text: for check in checks { Console.output(check.text) }
      }
    }
    try communicator.finish()
  }
}

/// One check of the machine.
struct MachineCheck: Encodable {
  /// Whether all is well.
  enum Verdict: String, Encodable {
    case ok, warning, problem
  }
  var name: String
  var verdict: Verdict
  var finding: String
  var cure: String?

  var text: String {
    let mark = verdict == .ok ? "ok     " : verdict == .warning ? "warning" : "PROBLEM"
    return "\(mark)  \(name): \(finding)" + (cure.map { "; \($0)" } ?? "")
  }
}

/// The checks that `doctor` makes.
struct MachineChecks {
  let communicator: Communicator
  /// Host of each rank.
  let hostNames: [String]

  var all: [MachineCheck] { [launcher, processors, threads, kernels, fileSystem] + libraries }

  /// Slurm or mpirun may start N programs that do not find each other: N runs of one rank.
  private var launcher: MachineCheck {
    let environment = ProcessInfo.processInfo.environment
    let asked = ["OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "PMI_SIZE"].compactMap { environment[$0] }.first
    let expected = asked.flatMap(Int.init) ?? communicator.size
    let isRight = expected == communicator.size
    return MachineCheck(
      name: "launcher", verdict: isRight ? .ok : .problem,
      finding: "\(communicator.size) rank(s) in one job on \(Set(hostNames).count) host(s)"
        + (isRight ? "" : ", but the launcher started \(expected)"),
      cure: isRight ? nil : "start with the mpirun of the same Open MPI, or srun --mpi=pmix")
  }

  private var processors: MachineCheck {
    let cores = HostInformation.current.processorCount
    let here = hostNames.count { $0 == HostInformation.current.name }
    let fits = here <= cores
    return MachineCheck(
      name: "processors", verdict: fits ? .ok : .warning,
      finding: "\(here) rank(s) on \(cores) core(s) of \(HostInformation.current.name), "
        + "\(HostInformation.current.memoryInBytes >> 30) GiB of memory",
      cure: fits ? nil : "use at most one rank a core")
  }

  private var threads: MachineCheck {
    let asked = ProcessInfo.processInfo.environment["OPENBLAS_NUM_THREADS"]
    return MachineCheck(
      name: "threads", verdict: .ok,
      finding: "every rank computes with 1 BLAS thread (OPENBLAS_NUM_THREADS is \(asked ?? "not set"), and not used)",
      cure: nil)
  }

  private var kernels: MachineCheck {
    MachineCheck(
      name: "kernels", verdict: .ok, finding: String(cString: spinodal_kernel_instructions()), cure: nil)
  }

  /// Results are committed by atomic renames in the folder where one works.
  private var fileSystem: MachineCheck {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let file = here.appendingPathComponent(".spinodal-doctor-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      try AtomicFile.write(Data("write, sync, rename".utf8), to: file)
      return MachineCheck(
        name: "file system", verdict: .ok, finding: "writes, syncs and renames in \(here.path)", cure: nil)
    } catch {
      return MachineCheck(
        name: "file system", verdict: .warning, finding: "\(error)", cure: "run where you may write, or give --output")
    }
  }

  private var libraries: [MachineCheck] {
    let versions = [
      ("MPI", Communicator.libraryVersion), ("BLAS", LinearAlgebraLibrary.configuration),
      ("FFTW", spinodal_fftw_version().map { String(cString: $0) } ?? "unknown"), ("NetCDF", ProgramVersion.netCDF),
    ]
    return versions.map { MachineCheck(name: $0.0, verdict: .ok, finding: $0.1, cure: nil) }
  }
}
