import ComplexModule
import Foundation
import Testing

@testable import NumericalMethods

@Suite struct FourierTransformTests {
  static let lengths = [1, 2, 7, 16, 100]

  static func series(_ count: Int) -> [Complex<Double>] {
    var stream = RandomStream(StreamKey(seed: 11, system: 0, point: UInt64(count), purpose: .data))
    return (0..<count).map { _ in Complex(stream.normal(), stream.normal()) }
  }

  /// The definition, the reference for FFTW.
  static func transform(_ x: [Complex<Double>]) -> [Complex<Double>] {
    let n = x.count
    return (0..<n).map { k in
      (0..<n).reduce(.zero) { sum, j in
        let phase = -2 * Double.pi * Double(j * k % n) / Double(n)
        return sum + x[j] * Complex(cos(phase), sin(phase))
      }
    }
  }

  static func distance(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Double {
    a.count == b.count ? zip(a, b).map { ($0 - $1).length }.max() ?? 0 : .infinity
  }

  @Test("The complex transform is the definition, and its inverse undoes it", arguments: lengths)
  func complex(count: Int) throws {
    let x = Self.series(count)
    var transform = try ComplexFourierTransform(count: count)
    let spectrum = transform.forward(x)
    #expect(Self.distance(spectrum, Self.transform(x)) < 1e-12)
    #expect(Self.distance(transform.inverse(spectrum), x) < 1e-14 * 10)
    let (power, spectralPower) = (x.map(\.lengthSquared).reduce(0, +), spectrum.map(\.lengthSquared).reduce(0, +))
    #expect(abs(spectralPower / (Double(count) * power) - 1) < 1e-13)
  }

  @Test("The real transform is the definition, and its inverse undoes it", arguments: lengths)
  func real(count: Int) throws {
    let x = Self.series(count).map(\.real)
    var transform = try RealFourierTransform(count: count)
    let spectrum = transform.forward(x)
    #expect(spectrum.count == transform.spectrumCount)
    let exact = Self.transform(x.map { Complex($0) })
    #expect(Self.distance(spectrum, Array(exact[...(count / 2)])) < 1e-12)
    for (back, original) in zip(transform.inverse(spectrum), x) { #expect(abs(back - original) < 1e-13) }
    // Parseval, every frequency but 0 and n/2 counting twice.
    let power = x.map { $0 * $0 }.reduce(0, +)
    let spectralPower = spectrum.enumerated().map { k, value in
      (k == 0 || 2 * k == count ? 1 : 2) * value.lengthSquared
    }.reduce(0, +)
    #expect(abs(spectralPower / (Double(count) * power) - 1) < 1e-13)
  }

  @Test("The circular correlation is its sum", arguments: lengths)
  func correlation(count: Int) throws {
    let x = Self.series(count).map(\.real)
    var transform = try RealFourierTransform(count: count)
    let correlation = transform.circularCorrelation(x)
    for lag in 0..<count {
      let exact = (0..<count).reduce(0) { $0 + x[$1] * x[($1 + lag) % count] }
      #expect(abs(correlation[lag] - exact) < 1e-12)
    }
  }

  @Test("Transforms can be planned from many tasks at once")
  func concurrentPlanning() async {
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          guard var transform = try? RealFourierTransform(count: 32 + index) else { return false }
          return transform.forward([Double](repeating: 1, count: 32 + index))[0].real == Double(32 + index)
        }
      }
      for await succeeded in group { #expect(succeeded) }
    }
  }
}
