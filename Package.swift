// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let persistentCollections = Target.Dependency.product(
  name: "HashTreeCollections", package: "swift-collections")

let package = Package(
  name: "descent",
  products: [
    .library(name: "Descent", targets: ["Descent"]),
    .executable(name: "descent", targets: ["DescentCommandLine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    // Lowest first: a target imports only those above it in this list.
    .target(name: "DescentSource", swiftSettings: strict),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "DescentData", dependencies: ["CZlib"], swiftSettings: strict),
    .target(name: "DescentSyntax", dependencies: ["DescentSource"], swiftSettings: strict),
    .target(name: "CNative"),
    .target(name: "DescentGraph", dependencies: ["CNative"], swiftSettings: strict),
    .target(
      name: "DescentEngine", dependencies: ["CNative", "DescentGraph", persistentCollections],
      swiftSettings: strict),
    .target(
      name: "DescentElaboration",
      dependencies: [
        "DescentSource", "DescentSyntax", "DescentGraph", "DescentEngine", persistentCollections,
      ], swiftSettings: strict),
    .target(
      name: "DescentSession",
      dependencies: [
        "DescentSource", "DescentData", "DescentSyntax", "DescentGraph", "DescentEngine",
        "DescentElaboration",
      ], resources: [.embedInCode("Rules/Prelude.descent")], swiftSettings: strict),
    .target(
      name: "Descent", dependencies: ["DescentSource", "DescentSession"], swiftSettings: strict),
    .systemLibrary(
      name: "CReadline", providers: [.apt(["libreadline-dev"]), .brew(["readline"])]),
    .executableTarget(
      name: "DescentCommandLine",
      dependencies: [
        "CReadline", "DescentSource", "DescentData", "DescentSyntax", "DescentSession",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(
      name: "DescentDataTests", dependencies: ["CZlib", "DescentData"], swiftSettings: strict),
    .testTarget(
      name: "DescentSyntaxTests", dependencies: ["DescentSource", "DescentSyntax"],
      swiftSettings: strict),
    .testTarget(
      name: "DescentGraphTests", dependencies: ["DescentGraph", "DescentEngine"],
      swiftSettings: strict),
    .testTarget(
      name: "DescentSessionTests",
      dependencies: [
        "CNative", "DescentSource", "DescentData", "DescentSyntax", "DescentGraph", "DescentEngine",
        "DescentElaboration", "DescentSession",
      ], swiftSettings: strict),
    .testTarget(
      name: "DescentCommandLineTests",
      dependencies: ["DescentSource", "DescentEngine", "DescentSession", "DescentCommandLine"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
