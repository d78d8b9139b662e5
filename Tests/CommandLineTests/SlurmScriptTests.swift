import Foundation
import Testing

/// The script of `plan --sbatch`, run by bash with stand-ins for Slurm and `mpirun`; `make slurm-test` takes real ones.
@Suite(.timeLimit(.minutes(6))) struct SlurmScriptTests {
  /// One end of a run, what Slurm calls the job then, and what the script does.
  struct Case: Sendable {
    var status: Int32
    var state = "RUNNING"
    var restarts = 0
    var isQueuedAgain = false
    /// Status of the script.
    var end: Int32 { isQueuedAgain ? 0 : status }
  }

  private func script(_ folder: URL, _ more: String...) async throws -> String {
    try Data(TinyRun.text.utf8).write(to: folder.appendingPathComponent("tiny.toml"))
    let arguments = ["plan", "tiny.toml", "--sbatch", "--ranks", "4"] + more
    let result = try await Program(folder: folder).start(arguments).result()
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  /// Runs `script` with commands that do what the shell texts say.
  private func run(
    _ script: String, in folder: URL, commands: [String: String], environment: String = ""
  ) throws -> RunningProgram {
    let bin = folder.appendingPathComponent("bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    for (name, text) in commands {
      try Data("#!/bin/bash\n\(text)\n".utf8).write(to: bin.appendingPathComponent("\(name).text"))
    }
    // The shell makes the commands: a file that this process has written cannot be executed ("text file busy") while a
    // process that another test has just forked still holds it open.
    let install = "for text in bin/*.text; do cp $text ${text%.text}; chmod +x ${text%.text}; done"
    try Data(script.utf8).write(to: folder.appendingPathComponent("job.sh"))
    let line = "\(install); export PATH=\"\(bin.path):$PATH\" SLURM_JOB_ID=7 \(environment); exec bash job.sh"
    return try RunningProgram(URL(fileURLWithPath: "/bin/bash"), ["-c", line], in: folder)
  }

  @Test(arguments: [
    Case(status: 0), Case(status: 2), Case(status: 3), Case(status: 4), Case(status: 1), Case(status: 137),
    Case(status: 138, isQueuedAgain: true), Case(status: 143, isQueuedAgain: true),
    Case(status: 130, isQueuedAgain: true), Case(status: 138, state: "COMPLETING"), Case(status: 138, state: ""),
    Case(status: 138, restarts: 2, isQueuedAgain: true), Case(status: 138, restarts: 3),
  ]) func requeueRule(end: Case) async throws {
    try await withTemporaryFolder { folder in
      let text = try await script(folder, "--requeue-limit", "3")
      let commands = [
        "mpirun": "exit \(end.status)", "squeue": "echo \(end.state)", "scontrol": "echo \"$@\" > requeued",
      ]
      let environment = end.restarts > 0 ? "SLURM_RESTART_COUNT=\(end.restarts)" : ""
      let result = try await run(text, in: folder, commands: commands, environment: environment).result()
      #expect(result.status == end.end, "\(result.output) \(result.errors)")
      #expect(result.output.contains("start \(end.restarts + 1) of job 7 ended with status \(end.status)"))
      let requeued = try? String(contentsOf: folder.appendingPathComponent("requeued"), encoding: .utf8)
      #expect(requeued == (end.isQueuedAgain ? "requeue 7\n" : nil))
    }
  }

  /// Slurm signals the shell alone: the run must hear of it, save, and be waited for.
  @Test func warningReachesTheRun() async throws {
    try await withTemporaryFolder { folder in
      let text = try await script(folder)
      let commands = [
        "mpirun": "trap 'sleep 0.5; touch saved; exit 138' USR1; touch ready; while :; do sleep 0.05; done",
        "squeue": "echo RUNNING", "scontrol": "[ -e saved ] && touch requeued",
      ]
      let job = try run(text, in: folder, commands: commands)
      try await waitForFile(folder.appendingPathComponent("ready").path)
      job.send(SIGUSR1)
      let result = try await job.result()
      #expect(result.status == 0, "\(result.output) \(result.errors)")
      #expect(try names(in: folder).contains("requeued"))
    }
  }

  /// `scancel` sends TERM to shell and run: the shell waits for the run, and `mpirun` forgets its status.
  @Test func terminatedShellWaits() async throws {
    try await withTemporaryFolder { folder in
      let text = try await script(folder)
      let commands = [
        "mpirun": "touch ready; sleep 1; touch saved; exit 1", "squeue": "echo COMPLETING",
        "scontrol": "touch requeued",
      ]
      let job = try run(text, in: folder, commands: commands)
      try await waitForFile(folder.appendingPathComponent("ready").path)
      job.send(SIGTERM)
      let result = try await job.result()
      #expect(result.status == 143)
      #expect(result.output.contains("not queued again"))
      let left = try names(in: folder)
      #expect(left.contains("saved") && !left.contains("requeued"))
    }
  }

  private func waitForFile(_ path: String) async throws {
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: path) {
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Words reach the program as they were given, whatever the shell thinks of them.
  @Test func wordsAreQuoted() async throws {
    try await withTemporaryFolder { folder in
      let text = try await script(folder, "--set", "seed=9", "--output", "it's $HOME; a folder")
      let commands = ["mpirun": "shift; printf '%s\\n' \"$@\" > words"]
      #expect(try await run(text, in: folder, commands: commands).result().status == 0)
      let words = try String(contentsOf: folder.appendingPathComponent("words"), encoding: .utf8)
      #expect(words == "run\ntiny.toml\n--set\nseed=9\n--output\nit's $HOME; a folder\n")
    }
  }

  @Test func limitsAndLauncher() async throws {
    try await withTemporaryFolder { folder in
      let text = try await script(
        folder, "--time-limit", "01:30:00", "--save-time", "5:00", "--launcher", "srun", "--requeue-limit", "7")
      for line in [
        "#SBATCH --ntasks=4", "#SBATCH --time=1:30:00", "#SBATCH --signal=B:USR1@300", "#SBATCH --requeue",
        "#SBATCH --job-name=tiny", "requeue_limit=7",
      ] {
        #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
      }
      #expect(text.contains("srun --mpi=pmix"))
      #expect(try await script(folder).contains("#SBATCH --time=0:15:00"))
      for wrong in [["--time-limit", "60"], ["--requeue-limit=-1"], ["--launcher", "orterun"], ["--save-time", "0"]] {
        let result = try await Program(folder: folder).start(["plan", "tiny.toml", "--sbatch"] + wrong).result()
        #expect(result.status == 2, "\(wrong)")
        #expect(result.output.isEmpty)
      }
    }
  }
}
