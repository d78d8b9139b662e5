import CFFTW
import CKernels
import Cluster
import Foundation
import NumericalMethods
import PhaseDiagrams

/// What one rank finds out about its place, for the checks of `doctor`; collected on rank 0.
struct RankFacts: Codable {
  /// Name of its host.
  var host: String
  /// Processors on which it may run.
  var processors: [Int]
  /// Processors' worth of time that its control group grants; nil without a limit.
  var processorQuota: Double?
  /// Threads of the process.
  var threads: Int
  /// Processes and threads that the user may have on the host; nil without a limit.
  var processLimit: UInt64?
  /// Bytes of memory of the host.
  var memory: UInt64
  /// Bytes that control group or `ulimit -v` leave to it; nil without a limit.
  var memoryLimit: UInt64?
  /// Bytes of a core file that a crash may write; nil without a limit.
  var coreFileLimit: UInt64?
  /// Free bytes in `/dev/shm`, through which Open MPI connects ranks of a host; nil where there is none.
  var sharedMemory: UInt64?
  /// Vector instructions of the inner loops.
  var kernels: String
  /// The processor for which OpenBLAS believes to work.
  var linearAlgebraKernel: String
  /// Name and version of the program and the libraries.
  var versions: [Version]
  /// Whether it sees the file that rank 0 has written into the folder of the results.
  var seesFolder = true
  /// Its clock right after a barrier, in seconds since 1970.
  var time = 0.0

  /// A program or library, and which one it is.
  struct Version: Codable, Equatable {
    var name: String
    var version: String
  }

  /// Asks the system now.
  static var current: RankFacts {
    let limits = ControlGroupLimits.current
    let addressSpace = limit(RLIMIT_AS)
    return RankFacts(
      host: HostInformation.current.name, processors: HostInformation.availableProcessors,
      processorQuota: limits.processorQuota, threads: HostInformation.threadCount, processLimit: limit(__RLIMIT_NPROC),
      memory: HostInformation.current.memoryInBytes,
      memoryLimit: [limits.memoryInBytes, addressSpace].compactMap { $0 }.min(),
      coreFileLimit: limit(RLIMIT_CORE), sharedMemory: freeSharedMemory,
      kernels: String(cString: spinodal_kernel_instructions()), linearAlgebraKernel: LinearAlgebraLibrary.kernel,
      versions: [
        Version(name: "program", version: ProgramVersion.current),
        Version(name: "MPI", version: Communicator.libraryVersion),
        Version(name: "BLAS", version: LinearAlgebraLibrary.configuration),
        Version(name: "FFTW", version: spinodal_fftw_version().map { String(cString: $0) } ?? "unknown"),
        Version(name: "NetCDF", version: ProgramVersion.netCDF),
      ])
  }

  private static var freeSharedMemory: UInt64? {
    let folder = "/dev/shm"
    guard access(folder, W_OK) == 0 else { return nil }
    var status = statvfs()
    return statvfs(folder, &status) == 0 ? UInt64(status.f_bavail) * UInt64(status.f_frsize) : nil
  }

  private static func limit(_ resource: __rlimit_resource) -> UInt64? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0 else { return nil }
    return limits.rlim_cur == rlim_t.max ? nil : UInt64(limits.rlim_cur)
  }
}

/// What rank 0 finds out about the folder of the results.
struct FolderFacts {
  /// The folder, or the nearest one above it that exists.
  var path: String
  /// Why no file can be put there; nil where one can.
  var failure: String?
  /// Its file system.
  var fileSystem: FileSystemInformation

  /// Tries out `url`.
  init(of url: URL) {
    let folder = Self.existing(url)
    path = folder.path(percentEncoded: false)
    let file = folder.appendingPathComponent(".spinodal-doctor-\(getpid())")
    do {
      try AtomicFile.write(Data("write, sync, rename".utf8), to: file)
    } catch {
      failure = "\(error)"
    }
    unlink(file.path(percentEncoded: false))
    fileSystem = FileSystemInformation(of: folder)
  }

  init(path: String, failure: String?, fileSystem: FileSystemInformation) {
    self.path = path
    self.failure = failure
    self.fileSystem = fileSystem
  }

  /// `url`, or the nearest folder above it that exists: a run makes the others.
  static func existing(_ url: URL) -> URL {
    var folder = url.standardizedFileURL
    while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
      folder = folder.deletingLastPathComponent()
    }
    return folder
  }
}
