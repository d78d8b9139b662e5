// swift-tools-version: 6.1
import PackageDescription

// One folder in Sources/Systems and one in Tests/SystemsTests each.
let systems = ["DenseHebbian", "MultitaskingHebbian", "GeneralizationDynamics", "DeepLinear"]
let real = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let complex = Target.Dependency.product(name: "ComplexModule", package: "swift-numerics")

let targetsOfSystems = systems.flatMap { system -> [Target] in
  let physics: [Target.Dependency] = [
    "SystemInterface", "ReplicaExchange", "NumericalMethods", "Statistics", "CKernels", real, complex,
  ]
  return [
    .target(name: system, dependencies: physics, path: "Sources/Systems/\(system)"),
    .testTarget(
      name: system + "Tests", dependencies: physics + [.target(name: system), "SystemTesting", "StatisticalTesting"],
      path: "Tests/SystemsTests/\(system)"),
  ]
}

let package = Package(
  name: "Spinodal",
  products: [
    .executable(name: "spinodal", targets: ["spinodal"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(
      name: "CLinearAlgebra", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CNetCDF", pkgConfig: "netcdf", providers: [.apt(["libnetcdf-dev"])]),
    .systemLibrary(name: "CRandom123", providers: [.apt(["librandom123-dev"])]),
    .target(name: "CKernels"),

    .target(
      name: "NumericalMethods",
      dependencies: ["CFFTW", "CLinearAlgebra", "CRandom123", "CKernels", real, complex]),
    .target(name: "Statistics", dependencies: ["NumericalMethods", real]),
    .target(
      name: "SystemInterface", dependencies: ["NumericalMethods", "Statistics", real],
      path: "Sources/Systems/Interface"),
    .target(
      name: "ReplicaExchange", dependencies: ["NumericalMethods", real], path: "Sources/Systems/ReplicaExchange"),
    .target(
      name: "Systems", dependencies: ["SystemInterface"] + systems.map { .target(name: $0) },
      path: "Sources/Systems/Registry"),
    .target(name: "Cluster", dependencies: ["CMPI", "NumericalMethods"]),
    .target(
      name: "PhaseDiagrams",
      dependencies: [
        "SystemInterface", "Statistics", "Cluster", "CNetCDF", .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    .executableTarget(
      name: "spinodal",
      dependencies: [
        "PhaseDiagrams", "Systems", "SystemInterface", "Statistics", "Cluster", "NumericalMethods", "CKernels", "CFFTW",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(
      name: "studies",
      dependencies: [
        "PhaseDiagrams", "Systems", "SystemInterface", "DenseHebbian", "MultitaskingHebbian", "GeneralizationDynamics",
        "DeepLinear", "Statistics", "Cluster", "NumericalMethods",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Studies"),

    .target(name: "StatisticalTesting", path: "Tests/Support/StatisticalTesting"),
    .target(
      name: "SystemTesting",
      dependencies: ["SystemInterface", "ReplicaExchange", "NumericalMethods", "Statistics", real],
      path: "Tests/Support/SystemTesting"),
    .executableTarget(name: "cluster-probe", dependencies: ["Cluster"], path: "Tests/Support/ClusterProbe"),
    .testTarget(
      name: "NumericalMethodsTests", dependencies: ["NumericalMethods", "CKernels", "StatisticalTesting", real]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "NumericalMethods", "StatisticalTesting"]),
    .testTarget(
      name: "SystemInterfaceTests",
      dependencies: [
        "SystemInterface", "Systems", "ReplicaExchange", "NumericalMethods", "Statistics", "SystemTesting",
        "StatisticalTesting",
      ],
      path: "Tests/SystemsTests/Interface"),
    .testTarget(name: "ClusterTests", dependencies: ["Cluster", "cluster-probe"]),
    .testTarget(
      name: "PhaseDiagramsTests",
      dependencies: [
        "PhaseDiagrams", "Systems", "SystemInterface", "DeepLinear", "Statistics", "NumericalMethods", "Cluster",
        "CNetCDF",
      ]),
    .testTarget(name: "StudiesTests", dependencies: ["studies", "NumericalMethods"]),
    .testTarget(name: "CommandLineTests", dependencies: ["spinodal", "PhaseDiagrams", "Systems", "SystemInterface"]),
  ] + targetsOfSystems,
  swiftLanguageModes: [.v6]
)
