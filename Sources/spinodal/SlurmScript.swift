import ArgumentParser
import Foundation

/// What starts the ranks inside a Slurm job.
enum Launcher: String, ExpressibleByArgument, CaseIterable {
  /// The launcher of Open MPI.
  case mpirun
  /// The launcher of Slurm, which must offer PMIx (`srun --mpi=list`).
  case srun

  /// The words before the program.
  var command: String {
    switch self {
    case .mpirun: "mpirun"
    case .srun: "srun --mpi=pmix --kill-on-bad-exit=1"
    }
  }
}

/// Options of `plan --sbatch`.
struct SlurmOptions: ParsableArguments {
  @Option(help: "Time limit of the Slurm job (default: twice the estimate, at least 15 min).")
  var timeLimit: TimeSpan?

  @Option(help: "Slurm asks the run to save this long before the time limit; in seconds, MM:SS or HH:MM:SS.")
  var saveTime = TimeSpan(seconds: 120)

  @Option(help: "Launcher of the Slurm script.")
  var launcher = Launcher.mpirun

  @Option(help: "How often the Slurm job may go back into the queue.")
  var requeueLimit = 100

  @Option(help: "Folder of the results for the Slurm script (default: results/NAME for NAME.toml).")
  var output: String?

  /// Refuses what Slurm would refuse or misunderstand.
  ///
  /// - Throws: `ValidationError`.
  func check() throws {
    guard requeueLimit >= 0 else {
      throw ValidationError("--requeue-limit: given \(requeueLimit), allowed: an integer >= 0")
    }
    // Slurm keeps the time in 16 bits and signals up to a minute early.
    guard saveTime.seconds >= 1, saveTime.seconds <= 65_535 else {
      throw ValidationError("--save-time: given \(Int(saveTime.seconds)) s, allowed: 1 s to 65535 s")
    }
    if let timeLimit, timeLimit.seconds <= saveTime.seconds {
      throw ValidationError(
        "--time-limit: given \(Int(timeLimit.seconds)) s, allowed: more than --save-time, \(Int(saveTime.seconds)) s")
    }
  }
}

/// A Slurm batch script that runs, saves before the time limit, and puts itself back into the queue until it is done.
struct SlurmScript {
  let file: String
  let overrides: [String]
  let ranks: Int
  /// Bytes that the largest task of a rank needs.
  let memoryPerRank: Double
  /// Estimated seconds on these ranks.
  let wallTime: Double
  let options: SlurmOptions

  /// The script.
  var text: String {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let memory = Int((memoryPerRank / 0x1p20 + 256).rounded(.up))
    let sets = overrides.map { ["--set", $0] }.joined()
    let words = [Self.program, "run", file] + sets + ["--output", options.output ?? "results/\(name)"]
    let jobName = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
    return """
      #!/bin/bash
      #SBATCH --job-name=\(jobName)
      #SBATCH --ntasks=\(ranks)
      #SBATCH --time=\(minutes / 60):\(Self.twoDigits(minutes % 60)):00
      #SBATCH --mem-per-cpu=\(memory)M
      #SBATCH --signal=B:USR1@\(Int(options.saveTime.seconds))
      #SBATCH --requeue
      #SBATCH --open-mode=append

      # Before the time limit Slurm sends USR1 to this shell. The run then saves and ends with status 138, and the job goes
      # back into the queue: the same command continues. A job that is cancelled saves too and stays cancelled.
      requeue_limit=\(options.requeueLimit)
      export OPENBLAS_NUM_THREADS=1

      run= caught= terminated=
      trap 'caught=USR1; if [ -n "$run" ]; then kill -s USR1 "$run"; fi' USR1
      # The ranks get TERM from Slurm itself, and saving outlasts a shell that ends at once.
      trap 'caught=TERM; terminated=yes' TERM

      \(options.launcher.command) \(words.map(Self.quoted).joined(separator: " ")) &
      run=$!
      if [ "$caught" = USR1 ]; then kill -s USR1 "$run"; fi
      # A signal ends wait, not the run.
      while
        caught=
        wait "$run"
        status=$?
        [ -n "$caught" ]
      do :; done
      # mpirun ends with 1 where it was terminated itself, whatever the ranks say.
      if [ -n "$terminated" ] && [ "$status" -eq 1 ]; then status=143; fi

      restarts=${SLURM_RESTART_COUNT:-0}
      echo "start $((restarts + 1)) of job $SLURM_JOB_ID ended with status $status at $(date '+%F %T')"
      case $status in
        130 | 138 | 143)
          if [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)" != RUNNING ]; then
            echo "cancelled or out of time: saved, not queued again"
          elif [ "$restarts" -ge "$requeue_limit" ]; then
            echo "queued again $restarts times, the limit: submit the script once more to continue"
          elif scontrol requeue "$SLURM_JOB_ID"; then
            echo "saved and queued again"
            exit 0
          fi
          ;;
      esac
      exit "$status"
      """
  }

  /// Minutes of the job: what was asked, or twice the estimate in whole quarters of an hour, because other nodes differ
  /// and an early end costs nothing.
  private var minutes: Int {
    guard let limit = options.timeLimit else {
      let saving = options.saveTime.seconds
      return max(1, Int(((2 * wallTime + saving) / 900).rounded(.up))) * 15
    }
    return Int((limit.seconds / 60).rounded(.up))
  }

  /// This program as it was called, with a folder made absolute: jobs may start elsewhere.
  private static var program: String {
    let called = CommandLine.arguments.first ?? "spinodal"
    return called.contains("/") ? URL(fileURLWithPath: called).standardizedFileURL.path : called
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The word as a shell reads it back.
  static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || "-_=+.,/:@%".unicodeScalars.contains(scalar)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
