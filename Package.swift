// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "charter",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "charter", targets: ["App"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration.git", from: "1.4.0",
            traits: ["JSON", "YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .target(name: "Primitives", swiftSettings: settings),
        .target(name: "Policy", dependencies: ["Primitives"], swiftSettings: settings),
        .target(
            name: "CharterYAML", dependencies: ["Policy", "Primitives", "Yams"],
            swiftSettings: settings),
        .target(
            name: "Storage", dependencies: ["Primitives", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(name: "CSQLiteSettings"),
        .target(
            name: "StorageSQLite",
            dependencies: [
                "CSQLiteSettings", "Storage", "Primitives", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .systemLibrary(
            name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        .systemLibrary(
            name: "CQRencode", pkgConfig: "libqrencode",
            providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
        .target(
            name: "StoragePostgres", dependencies: ["CPostgres", "Storage", "Primitives"], swiftSettings: settings),
        .target(
            name: "Organisations",
            dependencies: [
                "Policy", "Primitives", "Storage", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ], swiftSettings: settings),
        .target(
            name: "Customers",
            dependencies: [
                "Organisations", "Policy", "Primitives", "Storage", .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: settings),
        .target(
            name: "Obligations", dependencies: ["Organisations", "Policy", "Primitives", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Notices", dependencies: ["Organisations", "Policy", "Primitives", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Cases",
            dependencies: [
                "Customers", "Organisations", "Policy", "Primitives", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "Consequences", dependencies: ["Organisations", "Policy", "Primitives", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Knowledge", dependencies: ["Organisations", "Policy", "Primitives", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Members", dependencies: ["Customers", "Organisations", "Policy", "Primitives", "Storage"],
            swiftSettings: settings),
        .target(
            name: "Web",
            dependencies: [
                "CArchive", "CQRencode", "Cases", "Consequences", "Customers", "Knowledge", "Members", "Notices",
                "Obligations", "Organisations", "Policy", "Primitives", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], exclude: ["Templates"], swiftSettings: settings),
        .executableTarget(
            name: "App",
            dependencies: [
                "Cases", "CharterYAML", "Consequences", "Customers", "Knowledge", "Members", "Notices", "Obligations",
                "Organisations", "Policy", "Primitives", "Storage", "StoragePostgres", "StorageSQLite", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ], swiftSettings: settings),
        .testTarget(name: "PrimitivesTests", dependencies: ["Primitives"], swiftSettings: settings),
        .testTarget(
            name: "PolicyTests", dependencies: ["CharterYAML", "Policy", "Primitives"], swiftSettings: settings),
        .testTarget(
            name: "CharterYAMLTests", dependencies: ["CharterYAML", "Policy", "Primitives"], swiftSettings: settings),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "StoragePostgres", "StorageSQLite", "Primitives", "TestDatabases"],
            swiftSettings: settings),
        .testTarget(
            name: "StoragePostgresTests",
            dependencies: ["CPostgres", "Storage", "StoragePostgres", "Primitives", "TestDatabases"],
            swiftSettings: settings),
        .target(
            name: "TestDatabases",
            dependencies: ["CPostgres", "Primitives", "Storage", "StoragePostgres", "StorageSQLite"],
            path: "Tests/TestDatabases", swiftSettings: settings),
        .testTarget(
            name: "StorageSQLiteTests",
            dependencies: [
                "Storage", "StorageSQLite", "Primitives", "TestDatabases", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CustomersTests",
            dependencies: [
                "Customers", "Organisations", "Policy", "Primitives", "Storage", "StorageSQLite", "TestDatabases",
            ],
            swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "Cases", "CharterYAML", "Consequences", "Customers", "Knowledge", "Members", "Notices", "Obligations",
                "Organisations", "Policy", "Primitives", "Storage", "TestDatabases",
            ], path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "OrganisationsTests",
            dependencies: [
                "Organisations", "Policy", "Primitives", "Storage", "StorageSQLite", "TestDatabases", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ObligationsTests",
            dependencies: [
                "Cases", "Customers", "Notices", "Obligations", "Organisations", "Policy", "Primitives", "Storage",
                "StorageSQLite", "TestDatabases", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "CasesTests",
            dependencies: [
                "Cases", "Consequences", "Customers", "Knowledge", "Notices", "Obligations", "Organisations", "Policy",
                "Primitives", "Storage", "StorageSQLite", "TestDatabases", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "ConsequencesTests",
            dependencies: [
                "Cases", "Consequences", "Knowledge", "Obligations", "Organisations", "Policy", "Primitives",
                "Storage", "TestDatabases", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "MembersTests",
            dependencies: [
                "Cases", "CharterYAML", "Customers", "Members", "Organisations", "Policy", "Primitives", "Storage",
                "TestDatabases",
                "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "NoticesTests",
            dependencies: [
                "Cases", "Customers", "Notices", "Obligations", "Organisations", "Policy", "Primitives", "Storage",
                "TestDatabases", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "AppTests",
            dependencies: [
                "App", "Cases", "CharterYAML", "Customers", "Members", "Obligations", "Organisations", "Policy",
                "Primitives",
                "Storage", "StorageSQLite", "TestDatabases", "TestSupport", "Web",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "NIOCore", package: "swift-nio"),
            ], swiftSettings: settings),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Cases", "Customers", "Members", "Notices", "Obligations", "Organisations", "Policy", "Primitives",
                "Storage", "TestDatabases", "TestSupport", "Web",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .testTarget(name: "HouseTests", swiftSettings: settings),
    ]
)
