import ArgumentParser
import CKernels
import Foundation
import NumericalMethods
import PhaseDiagrams
import SystemInterface
import Systems

/// `spinodal bench [KERNEL]`.
struct BenchCommand: SingleRankCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure the inner kernels on this machine, on one core.")

  @Argument(help: "Name of a kernel; without it all are measured.")
  var kernel: String?

  @Option(help: "Time of one repetition, about.")
  var time = TimeSpan(seconds: 1)

  @Option(help: "Repetitions.")
  var repetitions = 5

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard time.seconds > 0 else {
      throw ValidationError("--time: given \(time.seconds) s, allowed: more than 0 s")
    }
    guard repetitions >= 1 else { throw ValidationError("--repetitions: given \(repetitions), allowed: >= 1") }
  }

  func run() throws {
    LinearAlgebraThreads.set(1)
    let chosen = try chosenKernels()
    let measurements = try chosen.map(measure)
    let instructions = String(cString: spinodal_kernel_instructions())
    guard common.format == .text else {
      return try Console.json(
        BenchDocument(
          instructions: instructions, linearAlgebraKernel: LinearAlgebraLibrary.kernel, kernels: measurements))
    }
    Console.output("instructions: \(instructions), matrix products: OpenBLAS for \(LinearAlgebraLibrary.kernel)")
    let rows = measurements.map { kernel in
      let rates = [kernel.median, kernel.smallest, kernel.largest].map { String(format: "%.2f", $0 / 1e9) }
      return [kernel.name, "\(rates[0]) (\(rates[1])–\(rates[2]))", "1e9 \(kernel.unit)/s", kernel.meaning]
    }
    for line in TextTable.aligned(rows) { Console.output(line) }
  }

  private func chosenKernels() throws(InputProblems) -> [KernelBenchmark] {
    let all = SystemRegistry.standard.systems.flatMap(\.benchmarks)
    guard let kernel else { return all }
    let chosen = all.filter { $0.name == kernel }
    guard chosen.isEmpty else { return chosen }
    let names = all.map(\.name)
    throw InputProblems([
      InputProblem(
        key: kernel,
        "not a kernel; there are \(names.joined(separator: ", "))" + suggestion(for: kernel, among: names))
    ])
  }

  /// Units per second, over several repetitions.
  private func measure(_ kernel: KernelBenchmark) throws -> KernelMeasurement {
    let advance = try kernel.prepare()
    let clock = ContinuousClock()
    let rates = (0..<repetitions).map { _ in
      var units = 0.0
      let start = clock.now
      repeat { units += advance() } while clock.now - start < .seconds(time.seconds)
      return units / ((clock.now - start) / .seconds(1))
    }.sorted()
    let middle = (rates[(repetitions - 1) / 2] + rates[repetitions / 2]) / 2
    return KernelMeasurement(
      name: kernel.name, meaning: kernel.meaning, unit: kernel.unit, median: middle, smallest: rates[0],
      largest: rates[repetitions - 1], repetitions: repetitions)
  }
}

/// All measured kernels, as JSON.
private struct BenchDocument: Encodable {
  /// The widest vector instructions that the kernels use here.
  let instructions: String
  /// The processor for which OpenBLAS believes to work.
  let linearAlgebraKernel: String
  let kernels: [KernelMeasurement]
}

/// Rates of one kernel in units per second.
private struct KernelMeasurement: Encodable {
  let name, meaning, unit: String
  let median, smallest, largest: Double
  let repetitions: Int
}
