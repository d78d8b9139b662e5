import Testing

@testable import Cluster

@Suite struct LaunchEnvironmentTests {
  @Test(arguments: [
    [:], ["SLURM_PROCID": "0"], ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"], ["SLURM_STEP_NUM_TASKS": "8"],
    ["OMPI_COMM_WORLD_SIZE": ""], ["PMI_RANK": "none"],
  ]) func withoutLauncherProcessIsAlone(variables: [String: String]) {
    let launch = LaunchEnvironment(variables)
    #expect(!launch.isLaunched)
    #expect(launch.rank == nil)
    #expect(launch.size == nil)
  }

  @Test func openMPIEvenWithOneRankIsAJob() {
    let launch = LaunchEnvironment(["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"])
    #expect(launch.isLaunched)
    #expect(launch.rank == 0)
    #expect(launch.size == 1)
  }

  @Test func otherLaunchersAreRecognised() {
    let pmix = LaunchEnvironment(["PMIX_RANK": "3"])
    #expect(pmix.isLaunched && pmix.rank == 3 && pmix.size == nil)
    let pmi = LaunchEnvironment(["PMI_RANK": "2", "PMI_SIZE": "4"])
    #expect(pmi.isLaunched && pmi.rank == 2 && pmi.size == 4)
    let slurm = LaunchEnvironment(["SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "6"])
    #expect(slurm.isLaunched && slurm.rank == 5 && slurm.size == 6)
  }

  @Test func onlySrunWithoutPMICannotConnect() {
    #expect(!LaunchEnvironment(["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"]).canConnect)
    for name in ["PMIX_RANK", "PMI_RANK", "OMPI_COMM_WORLD_SIZE"] {
      #expect(LaunchEnvironment([name: "1", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"]).canConnect, "\(name)")
    }
  }

  @Test func launcherInsideASlurmStepCountsMoreThanTheStep() {
    let launch = LaunchEnvironment([
      "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_RANK": "7", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2",
    ])
    #expect(launch.rank == 7)
    #expect(launch.size == 8)
  }
}
