// swift-tools-version: 6.1
import PackageDescription

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
      dependencies: [
        "CFFTW", "CLinearAlgebra", "CRandom123", "CKernels",
        .product(name: "RealModule", package: "swift-numerics"),
        .product(name: "ComplexModule", package: "swift-numerics"),
      ]),
    .target(
      name: "Statistics",
      dependencies: ["NumericalMethods", .product(name: "RealModule", package: "swift-numerics")]),
    .target(
      name: "Systems",
      dependencies: [
        "NumericalMethods", "Statistics", "CKernels", .product(name: "RealModule", package: "swift-numerics"),
        .product(name: "ComplexModule", package: "swift-numerics"),
      ]),
    .target(name: "Cluster", dependencies: ["CMPI", "NumericalMethods"]),
    .target(
      name: "PhaseDiagrams",
      dependencies: [
        "Systems", "Statistics", "Cluster", "CNetCDF", .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    .executableTarget(
      name: "spinodal",
      dependencies: [
        "PhaseDiagrams", "Systems", "Statistics", "Cluster", "NumericalMethods", "CKernels", "CFFTW",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(
      name: "studies",
      dependencies: [
        "PhaseDiagrams", "Systems", "Statistics", "Cluster", "NumericalMethods",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Studies"),

    .testTarget(
      name: "NumericalMethodsTests",
      dependencies: ["NumericalMethods", "CKernels", .product(name: "RealModule", package: "swift-numerics")]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "NumericalMethods"]),
    .testTarget(
      name: "SystemsTests",
      dependencies: [
        "Systems", "NumericalMethods", "Statistics", "CKernels",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .executableTarget(name: "cluster-probe", dependencies: ["Cluster"], path: "Tests/Support/ClusterProbe"),
    .testTarget(name: "ClusterTests", dependencies: ["Cluster", "cluster-probe"]),
    .testTarget(
      name: "PhaseDiagramsTests",
      dependencies: ["PhaseDiagrams", "Systems", "Statistics", "NumericalMethods", "Cluster", "CNetCDF"]),
    .testTarget(name: "StudiesTests", dependencies: ["studies", "NumericalMethods"]),
    .testTarget(name: "CommandLineTests", dependencies: ["spinodal", "PhaseDiagrams", "Systems"]),
  ],
  swiftLanguageModes: [.v6]
)
