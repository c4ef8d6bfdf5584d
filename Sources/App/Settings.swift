import ArgumentParser
import Configuration
import Foundation
import SystemPackage

/// What every command that opens an installation takes; flags before environment before file.
struct DataOptions: ParsableArguments {
    @Option(help: "The folder with the database and its key (environment: CHARTER_DATA).")
    var data: String?

    @Option(name: .customLong("config"), help: "A configuration file in YAML (environment: CHARTER_CONFIG).")
    var configFile: String?

    func settings() async throws -> Settings {
        try await Settings(data: data, file: configFile)
    }
}

/// The configuration of an installation, read once.
struct Settings: Sendable {
    /// The folder with `charter.db` and `charter.key`.
    let data: String
    let host: String
    let port: Int
    /// Whether cookies may only travel over TLS.
    let isSecure: Bool
    let logLevel: String
    /// The folder with Charters, Resources and templates.
    let resources: String
    let fetchedAssets: String
    /// The key ring's text, where it comes from the environment instead of the key file.
    let keyText: String?

    var database: String { data + "/charter.db" }
    var keyFile: String { data + "/charter.key" }
    var demoMark: String { data + "/demo" }

    init(data: String?, file: String?) async throws {
        let environment = ProcessInfo.processInfo.environment
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider().prefixKeys(with: "charter")
        ]
        if let path = file ?? environment["CHARTER_CONFIG"] {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: .init(path)))
            } catch {
                throw Stop("the configuration file \(path) cannot be read: \(error)")
            }
        }
        let reader = ConfigReader(providers: providers)
        self.data = data ?? reader.string(forKey: "data", default: "var/charter")
        host = reader.string(forKey: "host", default: "127.0.0.1")
        port = reader.int(forKey: "port", default: 8080)
        isSecure = reader.bool(forKey: "secure", default: false)
        logLevel = reader.string(forKey: "log.level", default: "info")
        keyText = reader.string(forKey: "key", isSecret: true)
        resources = try reader.string(forKey: "resources") ?? Settings.findResources()
        fetchedAssets = reader.string(forKey: "assets") ?? resources + "/.build-assets"
    }

    /// The nearest folder above the executable, or above here, that holds the program's own files.
    static func findResources() throws -> String {
        let manager = FileManager.default
        let executable = (try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        for start in [executable, manager.currentDirectoryPath + "/x"] {
            var folder = URL(fileURLWithPath: start).deletingLastPathComponent()
            while folder.path != "/" {
                let path = folder.path
                for candidate in [path, path + "/share/charter"]
                where manager.fileExists(atPath: candidate + "/Resources/holidays/cn.yaml")
                    && manager.fileExists(atPath: candidate + "/Charters")
                {
                    return candidate
                }
                folder.deleteLastPathComponent()
            }
        }
        throw Stop(
            "the program's own files are not beside it: set CHARTER_RESOURCES to the folder with Charters/ and Resources/"
        )
    }
}
