import Cluster
import Foundation

/// One check of the machine.
struct MachineCheck: Encodable {
  /// Whether all is well.
  enum Verdict: String, Encodable {
    /// As it should be.
    case ok
    /// Runs give the right numbers, but slowly or with a risk.
    case warning
    /// Runs fail or compute everything several times.
    case problem
  }
  /// What is checked.
  var name: String
  /// The judgement.
  var verdict = Verdict.ok
  /// What was found.
  var finding: String
  /// What to do about it.
  var cure: String?

  /// One line.
  var text: String {
    let mark = verdict == .ok ? "ok     " : verdict == .warning ? "warning" : "PROBLEM"
    return "\(mark)  \(name): \(finding)" + (cure.map { "; \($0)" } ?? "")
  }
}

/// What the launcher said and what MPI made of it.
struct LaunchFacts {
  /// The environment of rank 0.
  var environment: [String: String]
  /// Why MPI did not connect the ranks; nil where it did.
  var failure: String?
}

/// The judgements of `doctor`: pure functions of what the ranks found out.
struct MachineChecks {
  /// In the order of the ranks.
  let ranks: [RankFacts]
  let launch: LaunchFacts
  let folder: FolderFacts

  /// All checks, in the order in which they are printed.
  var all: [MachineCheck] {
    [launcher, processors, threads, kernels, linearAlgebra, memory, sharedMemory, coreFiles, clocks]
      + [fileSystem, fileLocks, freeSpace, sharedFolder] + versions
  }

  private var hosts: [(name: String, ranks: [RankFacts])] {
    Dictionary(grouping: ranks, by: \.host).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  // MARK: - Ranks

  /// Slurm or mpirun may start N programs that do not find each other: N runs of one rank.
  private var launcher: MachineCheck {
    let launched = LaunchEnvironment(launch.environment)
    var check = MachineCheck(
      name: "launcher", finding: "\(ranks.count) rank(s) in one job on \(hosts.count) host(s)")
    let cure = "start with the mpirun of the same Open MPI, or srun --mpi=pmix ('srun --mpi=list' names what there is)"
    let granted = launch.environment["SLURM_NTASKS"].flatMap(Int.init) ?? 1
    if launched.isLaunched, !launched.canConnect {
      check.finding = "srun started \(launched.size ?? 1) processes without PMI, which cannot find each other"
      (check.verdict, check.cure) = (.problem, cure)
    } else if let failure = launch.failure {
      (check.verdict, check.finding, check.cure) = (.problem, failure, cure)
    } else if let size = launched.size, size != ranks.count {
      check.finding += ", but the launcher started \(size)"
      (check.verdict, check.cure) = (.problem, cure)
    } else if !launched.isLaunched, granted > 1 {
      check.finding = "one process, but Slurm granted \(granted) tasks"
      (check.verdict, check.cure) = (.warning, "put mpirun, or srun --mpi=pmix, before the program")
    }
    return check
  }

  private var processors: MachineCheck {
    var check = MachineCheck(name: "processors", finding: "")
    var findings: [String] = []
    for (name, ranks) in hosts {
      // Ranks that are bound see their own processors only, together they see all.
      let cores = Set(ranks.flatMap(\.processors)).count
      let quota = ranks.compactMap(\.processorQuota).min()
      var finding = "\(ranks.count) rank(s) on \(cores) core(s) of \(name)"
      if let quota {
        finding += String(format: ", of which the control group grants the time of %.3g", quota)
      }
      if Double(ranks.count) > min(Double(cores), quota ?? .infinity) {
        (check.verdict, check.cure) = (.warning, "use at most one rank a core, and look at the binding of the ranks")
        // One host too small says enough.
        if findings.count > 3 { findings.removeLast() }
        findings.insert(finding, at: 0)
      } else {
        findings.append(finding)
      }
    }
    check.finding = Self.abridged(findings)
    return check
  }

  /// OpenBLAS makes its threads when it is loaded, even if none is used afterwards.
  private var threads: MachineCheck {
    let asked = launch.environment["OPENBLAS_NUM_THREADS"] ?? "not set"
    var check = MachineCheck(
      name: "threads",
      finding: "every rank computes with 1 BLAS thread (OPENBLAS_NUM_THREADS is \(asked), and not used)")
    for (name, ranks) in hosts {
      let total = ranks.reduce(0) { $0 + $1.threads }
      guard let limit = ranks.compactMap(\.processLimit).min(), UInt64(total) * 2 > limit else { continue }
      check.finding =
        "\(ranks.count) rank(s) on \(name) have \(total) threads in all, most of them idle; allowed: \(limit)"
      (check.verdict, check.cure) = (.warning, "export OPENBLAS_NUM_THREADS=1, or raise ulimit -u")
    }
    return check
  }

  private var kernels: MachineCheck {
    let kinds = Set(ranks.map(\.kernels)).sorted()
    let remark = kinds.count > 1 ? " (they differ between hosts, the numbers do not)" : ""
    return MachineCheck(name: "kernels", finding: kinds.joined(separator: ", ") + remark)
  }

  /// An OpenBLAS older than the processor may take the kernel of a processor twenty years old.
  private var linearAlgebra: MachineCheck {
    let chosen = Set(ranks.map(\.linearAlgebraKernel)).sorted()
    var check = MachineCheck(name: "linear algebra", finding: "OpenBLAS for \(chosen.joined(separator: ", "))")
    if let slow = ranks.first(where: Self.hasSlowLinearAlgebra) {
      check.finding += " on a processor with \(slow.kernels): several times slower than it could be"
      check.verdict = .warning
      check.cure = "export OPENBLAS_CORETYPE=\(slow.kernels == "AVX-512" ? "SkylakeX" : "Haswell") on all hosts"
    } else if chosen.count > 1 {
      check.finding += ": last digits of matrix products differ between hosts"
      (check.verdict, check.cure) = (.warning, "export the same OPENBLAS_CORETYPE on all hosts")
    }
    return check
  }

  private static func hasSlowLinearAlgebra(_ rank: RankFacts) -> Bool {
    let wide: Set = ["haswell", "zen", "skylakex", "cooperlake", "sapphirerapids"]
    return ["AVX2", "AVX-512"].contains(rank.kernels) && !wide.contains(rank.linearAlgebraKernel.lowercased())
  }

  // MARK: - Memory

  private var memory: MachineCheck {
    var check = MachineCheck(name: "memory", finding: "")
    let findings = hosts.map { name, ranks in
      let whole = ranks.map(\.memory).max() ?? 0
      guard let limit = ranks.compactMap(\.memoryLimit).min(), limit < whole else {
        return "\(Self.size(whole)) on \(name)"
      }
      // The program and its libraries alone take about that much.
      if limit < UInt64(ranks.count) << 26 {
        (check.verdict, check.cure) = (.problem, "ask for more memory (--mem-per-cpu), or raise ulimit -v")
      }
      return "\(Self.size(limit)) of the \(Self.size(whole)) of \(name) are granted"
    }
    check.finding = Self.abridged(findings) + "; 'spinodal plan' tells what a run needs"
    return check
  }

  /// Open MPI makes a segment of 4 MiB for each rank, and a bus error where the space is short.
  private var sharedMemory: MachineCheck {
    var check = MachineCheck(name: "shared memory", finding: "")
    let findings = hosts.map { name, ranks in
      guard let free = ranks.compactMap(\.sharedMemory).min() else {
        if ranks.count > 1 { (check.verdict, check.cure) = (.warning, "mount /dev/shm") }
        return "no /dev/shm on \(name)"
      }
      if ranks.count > 1, free < UInt64(ranks.count) << 23 {
        check.verdict = .problem
        check.cure = "--shm-size of the container, or mpirun --mca btl_vader_backing_directory /tmp"
      }
      return "\(Self.size(free)) free in /dev/shm of \(name)"
    }
    check.finding = Self.abridged(findings)
    return check
  }

  private var coreFiles: MachineCheck {
    let isOn = ranks.contains { $0.coreFileLimit != 0 }
    guard isOn else { return MachineCheck(name: "core files", finding: "a crash writes none") }
    return MachineCheck(
      name: "core files", verdict: ranks.count > 1 ? .warning : .ok, finding: "a crash writes one for each rank",
      cure: ranks.count > 1 ? "ulimit -c 0 keeps them from filling the disk" : nil)
  }

  /// Only the age of abandoned temporary files depends on clocks, but files with odd dates confuse people and make.
  private var clocks: MachineCheck {
    let times = ranks.map(\.time)
    let spread = (times.max() ?? 0) - (times.min() ?? 0)
    let isRight = spread <= 5
    return MachineCheck(
      name: "clocks", verdict: isRight ? .ok : .warning,
      finding: hosts.count == 1 ? "one host" : String(format: "%.2g s apart on %d hosts", spread, hosts.count),
      cure: isRight ? nil : "let the administrator set the clocks (NTP)")
  }

  // MARK: - Folder of the results

  /// Results are committed by atomic renames.
  private var fileSystem: MachineCheck {
    let kind = folder.fileSystem.isNetwork ? ", shared between hosts" : ""
    let type = folder.fileSystem.type.map { " (\($0)\(kind))" } ?? ""
    if let failure = folder.failure {
      return MachineCheck(
        name: "file system", verdict: .problem, finding: failure, cure: "give a folder where you may write")
    }
    return MachineCheck(name: "file system", finding: "writes, syncs and renames in \(folder.path)\(type)")
  }

  /// Spinodal needs no locks, the tools that read its files may.
  private var fileLocks: MachineCheck {
    if folder.fileSystem.grantsLocks { return MachineCheck(name: "file locks", finding: "granted") }
    return MachineCheck(
      name: "file locks", verdict: .warning, finding: "not granted; runs need none, readers of HDF5 files do",
      cure: "export HDF5_USE_FILE_LOCKING=FALSE for them, or mount Lustre with the option flock")
  }

  private var freeSpace: MachineCheck {
    guard let free = folder.fileSystem.freeBytes else {
      return MachineCheck(name: "free space", finding: "the file system does not tell")
    }
    let verdict: MachineCheck.Verdict = free < 1 << 24 ? .problem : free < 1 << 30 ? .warning : .ok
    return MachineCheck(
      name: "free space", verdict: verdict, finding: "\(Self.size(free)) (quotas may allow less)",
      cure: verdict == .ok ? nil : "remove files, or choose another folder")
  }

  private var sharedFolder: MachineCheck {
    let blind = Set(ranks.filter { !$0.seesFolder }.map(\.host)).sorted()
    if blind.isEmpty {
      return MachineCheck(name: "shared folder", finding: "all \(hosts.count) host(s) see the files of rank 0")
    }
    return MachineCheck(
      name: "shared folder", verdict: .problem, finding: "\(Self.abridged(blind)) cannot see the files of rank 0",
      cure: "choose a folder on a file system that all hosts share")
  }

  // MARK: - Libraries

  private var versions: [MachineCheck] {
    guard let first = ranks.first else { return [] }
    return first.versions.map { wanted in
      let other = ranks.first { rank in
        // What OpenBLAS says of itself names its kernel, which has a check of its own.
        wanted.name != "BLAS" && !rank.versions.contains(wanted)
      }
      guard let other else { return MachineCheck(name: wanted.name, finding: wanted.version) }
      return MachineCheck(
        name: wanted.name, verdict: .problem, finding: "\(wanted.version) on \(first.host), another on \(other.host)",
        cure: "load the same modules on all hosts")
    }
  }

  private static func abridged(_ findings: [String]) -> String {
    findings.prefix(4).joined(separator: ", ") + (findings.count > 4 ? " and \(findings.count - 4) more" : "")
  }

  private static func size(_ bytes: UInt64) -> String {
    bytes < 1 << 30
      ? String(format: "%.0f MiB", Double(bytes) / 0x1p20) : String(format: "%.1f GiB", Double(bytes) / 0x1p30)
  }
}
