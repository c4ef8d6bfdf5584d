import Foundation
import Testing

/// Who may know whom: arrows point only downward.
struct ImportTests {
    private static let core: Set<String> = ["Policy", "Primitives"]
    private static let domain: Set<String> = ["Organisations", "Policy", "Primitives", "Storage"]

    /// Of our own modules, those that each may import; a module that is not named here may none.
    private static let own: [String: Set<String>] = [
        "Primitives": [],
        "Policy": ["Primitives"],
        "CharterYAML": core,
        "Storage": ["Primitives"],
        "CSQLiteSettings": [],
        "StorageSQLite": ["CSQLiteSettings", "Primitives", "Storage"],
        "CPostgres": [],
        "CArchive": [],
        "CQRencode": [],
        "StoragePostgres": ["CPostgres", "Primitives", "Storage"],
        "Organisations": ["Policy", "Primitives", "Storage"],
        "Customers": domain,
        "Obligations": domain.union(["Customers"]),
        "Cases": domain.union(["Customers"]),
        "Notices": domain.union(["Customers"]),
        "Consequences": domain,
        "Knowledge": domain,
        "Members": domain.union(["Customers"]),
        "Gateways": domain.union(["Cases", "Customers", "Notices", "Obligations"]),
        "Web": domain.union([
            "CArchive", "CQRencode", "Cases", "Consequences", "Customers", "Knowledge", "Members", "Notices",
            "Obligations",
        ]),
        "App": Set(Sources.modules),
    ]

    /// Of others' modules, those that each may import.
    private static let others: [String: Set<String>] = [
        "Primitives": ["Foundation", "Synchronization"],
        "Policy": [],
        "CharterYAML": ["Foundation", "Synchronization", "Yams"],
        "Storage": ["Crypto", "Dispatch", "Foundation", "Synchronization"],
        "StorageSQLite": ["Dispatch", "Foundation", "GRDB", "GRDBSQLite", "Synchronization"],
        "StoragePostgres": ["Dispatch", "Foundation", "Glibc", "Synchronization"],
        "Organisations": ["Crypto", "CryptoExtras", "Foundation", "Synchronization"],
        "Customers": ["Crypto", "Darwin", "Foundation", "Glibc", "Musl", "Synchronization"],
        "Obligations": ["Foundation", "Synchronization"],
        "Cases": ["Crypto", "Foundation"],
        "Consequences": [],
        "Knowledge": [],
        "Members": ["Foundation"],
        "Notices": ["Foundation"],
    ]

    @Test(arguments: Sources.modules)
    func `a module imports only what lies below it`(module: String) throws {
        let allowed = try #require(
            ImportTests.own[module], "\(module) is new: say in this test, and in ARCHITECTURE.md, whom it may import")
        #expect(imports(in: module) { Sources.modules.contains($0) && !allowed.contains($0) } == [])
    }

    @Test(arguments: others.keys.sorted())
    func `a module below the pages knows few of others' modules`(module: String) {
        let allowed = ImportTests.others[module] ?? []
        #expect(imports(in: module) { !Sources.modules.contains($0) && !allowed.contains($0) } == [])
    }

    @Test func `only the pages and the program know the web server`() {
        let server = ["Hummingbird", "HTTPTypes", "NIOCore", "Mustache", "ServiceLifecycle"]
        for module in Sources.modules where module != "Web" && module != "App" {
            #expect(imports(in: module, where: server.contains) == [])
        }
    }

    @Test func `only the program knows which engine is in use`() {
        for module in Sources.modules where !module.hasPrefix("Storage") && module != "App" {
            #expect(imports(in: module) { $0.hasPrefix("Storage") && $0 != "Storage" } == [])
        }
    }

    @Test func `an import is found in each of its spellings`() {
        let file = Sources.File(
            path: "Sources/X/Y.swift",
            text: """
                public import Primitives
                import struct Foundation.URL
                @testable import Policy
                // import Web
                let text = "import App"
                internal import func Storage.find
                """)
        #expect(imports(of: file) == ["Primitives", "Foundation", "Policy", "Storage"])
    }

    /// `Sources/Web/X.swift imports Y` for each that answers.
    private func imports(in module: String, where isWanted: (String) -> Bool) -> [String] {
        Sources.files("Sources/\(module)").flatMap { file in
            imports(of: file).filter(isWanted).map { "\(file.path) imports \($0)" }
        }
    }

    private func imports(of file: Sources.File) -> [String] {
        file.code.compactMap { line in
            guard line.text.contains("import "),
                let match = line.text.firstMatch(
                    of:
                        /^\s*(?:@\w+\s+)*(?:public |package |internal |fileprivate |private )?import (?:(?:struct|class|enum|protocol|func|let|var|typealias) )?(\w+)/
                )
            else { return nil }
            return String(match.1)
        }
    }
}
