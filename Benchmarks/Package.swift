// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "descent-benchmark",
  targets: [
    .executableTarget(
      name: "DescentBenchmark",
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
