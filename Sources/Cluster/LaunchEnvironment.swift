/// What the environment variables of MPI launchers and Slurm say about this process.
public struct LaunchEnvironment: Equatable, Sendable {
  /// Rank given by the launcher; nil when no launcher started this process or it does not tell.
  public let rank: Int?
  /// Number of processes started together; nil when the launcher does not tell.
  public let size: Int?
  /// Whether a launcher started this process, so that MPI must be initialised.
  public let isLaunched: Bool
  /// Whether the launcher tells the processes how to find each other; `srun --mpi=none` starts them and does not.
  public let canConnect: Bool

  /// Reads the variables of Open MPI, PMIx, PMI and Slurm, in this order: `mpirun` inside a Slurm step inherits
  /// that step's variables, which describe the launcher and not the ranks.
  public init(_ environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }

    if let size = number("OMPI_COMM_WORLD_SIZE") {
      self.init(rank: number("OMPI_COMM_WORLD_RANK") ?? number("PMIX_RANK"), size: size, isLaunched: true)
    } else if let rank = number("PMIX_RANK") {
      self.init(rank: rank, size: nil, isLaunched: true)
    } else if number("PMI_RANK") != nil || number("PMI_SIZE") != nil {
      self.init(rank: number("PMI_RANK"), size: number("PMI_SIZE"), isLaunched: true)
    } else if let rank = number("SLURM_PROCID"), let size = number("SLURM_STEP_NUM_TASKS"), size > 1 {
      self.init(rank: rank, size: size, isLaunched: true, canConnect: false)
    } else {
      self.init(rank: nil, size: nil, isLaunched: false)
    }
  }

  private init(rank: Int?, size: Int?, isLaunched: Bool, canConnect: Bool = true) {
    self.rank = rank
    self.size = size
    self.isLaunched = isLaunched
    self.canConnect = canConnect
  }
}
