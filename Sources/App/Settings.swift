import ArgumentParser
import Configuration
import Foundation
import Logging
import Policy
import SystemPackage
import Yams

/// What every command that opens an installation takes; flags before environment before file.
struct DataOptions: ParsableArguments {
    @Option(help: "The folder with the database and its key (environment: CHARTER_DATA).")
    var data: String?

    @Option(
        help: "A PostgreSQL database instead of the folder's own: postgres://… (environment: CHARTER_DATABASE).")
    var database: String?

    @Option(name: .customLong("config"), help: "A configuration file in YAML (environment: CHARTER_CONFIG).")
    var configFile: String?

    /// - Parameter flags: further ones that were given.
    func settings(flags: [Settings.Key: String] = [:]) async throws -> Settings {
        var flags = flags
        flags[.data] = data
        flags[.database] = database
        return try await Settings(flags: flags, file: configFile)
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
    /// The key ring's text, where it comes from the environment or the file instead of the key file.
    let keyText: String?
    /// Of the PostgreSQL server, where one is used instead of the folder's own file; may hold a password.
    let address: String?
    /// Connections to that server, 1 to 500.
    let connections: Int
    /// Of one attachment, 1 to 500.
    let attachmentMegabytes: Int

    var database: String { data + "/charter.db" }
    /// How the database is named to people.
    var place: String { address == nil ? database : "--database" }
    var keyFile: String { data + "/charter.key" }
    var demoMark: String { data + "/demo" }

    /// What can be configured, by its word in the file; `log.level` is `CHARTER_LOG_LEVEL` in the environment.
    enum Key: String, CaseIterable {
        case data, database, connections, host, port, secure, resources, assets, key
        case logLevel = "log.level"
        case attachmentMegabytes = "attachment.megabytes"

        var flag: String { "--" + rawValue }
        /// Whether its value is not to be shown.
        var isSecret: Bool { self == .key || self == .database }
        var variable: String { "CHARTER_" + rawValue.uppercased().replacing(".", with: "_") }
    }

    /// - Parameter file: the configuration file; without it, that of CHARTER_CONFIG.
    /// - Throws: `Stop` for what cannot be used, by its place and with what is expected.
    init(
        flags: [Key: String] = [:], file: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws {
        let sources = try await SettingSources(flags: flags, environment: environment, file: file)
        data = try sources.text(.data, expected: ("a folder", "文件夹")) ?? "var/charter"
        host =
            try sources.text(.host, expected: ("a name or address such as 127.0.0.1", "主机名或地址，例如 127.0.0.1"))
            ?? "127.0.0.1"
        port = try sources.value(.port, expected: ("a port from 1 to 65535", "1 到 65535 的端口"), Self.port) ?? 8080
        isSecure = try sources.value(.secure, expected: ("true or false", "true 或 false"), Self.flag) ?? false
        let levels = Logger.Level.allCases.map(\.rawValue)
        logLevel =
            try sources.value(
                .logLevel,
                expected: ("one of " + levels.joined(separator: ", "), levels.joined(separator: "、") + " 之一"),
                among: levels
            ) {
                levels.contains($0) ? $0 : nil
            } ?? "info"
        address = try sources.text(
            .database, expected: ("an address such as postgres://host/charter", "地址，例如 postgres://host/charter"))
        connections =
            try sources.value(.connections, expected: ("a number of connections from 1 to 500", "1 到 500 个连接")) {
                text in
                Int(text).flatMap { (1...500).contains($0) ? $0 : nil }
            } ?? 10
        attachmentMegabytes =
            try sources.value(.attachmentMegabytes, expected: ("a number of megabytes from 1 to 500", "1 到 500 兆字节")) {
                text in
                Int(text).flatMap { (1...500).contains($0) ? $0 : nil }
            } ?? 20
        keyText = try sources.text(.key, expected: ("the text of a key file", "密钥文件的内容"))
        resources = try sources.text(.resources, expected: ("a folder", "文件夹")) ?? Settings.findResources()
        fetchedAssets = try sources.text(.assets, expected: ("a folder", "文件夹")) ?? resources + "/.build-assets"
    }

    private static func port(_ text: String) -> Int? {
        text.allSatisfy(\.isNumber) ? Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil } : nil
    }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "1": true
        case "false", "no", "0": false
        default: nil
        }
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
            "the program's own files are not beside it: set CHARTER_RESOURCES to the folder with Charters/ and Resources/",
            "程序自带的文件不在它旁边：请把 CHARTER_RESOURCES 设为含 Charters/ 和 Resources/ 的文件夹")
    }
}

/// Where the settings come from, the first that says something winning.
struct SettingSources {
    private let flags: [Settings.Key: String]
    private let environment: ConfigReader
    private let file: (path: String, reader: ConfigReader)?

    init(flags: [Settings.Key: String], environment: [String: String], file: String?) async throws {
        self.flags = flags
        self.environment = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "charter"))
        guard let path = file ?? environment["CHARTER_CONFIG"] else {
            self.file = nil
            return
        }
        guard let text = FileManager.default.contents(atPath: path) else {
            throw Stop("the configuration file \(path) cannot be read", "配置文件 \(path) 读不到")
        }
        try Self.check(String(decoding: text, as: UTF8.self), path)
        do {
            self.file = (path, ConfigReader(provider: try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))))
        } catch {
            throw Stop(
                "the configuration file \(path) cannot be understood: \(error)", "配置文件 \(path) 看不懂：\(error)")
        }
    }

    /// What can stand there, in words.
    typealias Expectation = (english: String, chinese: String)

    func text(_ key: Settings.Key, expected: Expectation) throws -> String? {
        try value(key, expected: expected) { $0.isEmpty ? nil : $0 }
    }

    /// The value that counts.
    /// - Parameter words: those that can stand there, to name the nearest.
    func value<T>(
        _ key: Settings.Key, expected: Expectation, among words: [String] = [], _ read: (String) -> T?
    ) throws -> T? {
        guard let (text, place) = found(key) else { return nil }
        if let value = read(text) { return value }
        let near = nearestWord(to: text.lowercased(), among: words)
        // A key must not be shown, and is not refused here for anything but being empty.
        throw Stop(
            "\(place) is “\(text)”, expected \(expected.english)" + (near.map { "; did you mean \($0)?" } ?? ""),
            "\(place) 写的是“\(text)”，应为：\(expected.chinese)" + (near.map { "；是不是 \($0)？" } ?? ""))
    }

    private func found(_ key: Settings.Key) -> (text: String, place: String)? {
        if let text = flags[key] { return (text, key.flag) }
        let name = ConfigKey(key.rawValue)
        if let text = environment.string(forKey: name, isSecret: key.isSecret) { return (text, key.variable) }
        guard let file, let text = file.reader.string(forKey: name, isSecret: key.isSecret) else { return nil }
        return (text, "\(key.rawValue) in \(file.path)")
    }

    /// Refuses keys that nobody reads: a misspelt one would be passed over in silence.
    private static func check(_ text: String, _ path: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Stop("the configuration file \(path) is not YAML: \(error)", "配置文件 \(path) 不是 YAML：\(error)")
        }
        guard let root else { throw Stop("the configuration file \(path) is empty", "配置文件 \(path) 是空的") }
        guard root.mapping != nil else {
            throw Stop(
                "the configuration file \(path) wants lines such as “port: 8080”", "配置文件 \(path) 要写成“port: 8080”这样的行")
        }
        let known = Settings.Key.allCases.map(\.rawValue)
        for (key, line) in keys(of: root) where !known.contains(key) {
            let word = nearestWord(to: key, among: known)
            let near = word.map { "; did you mean \($0)?" } ?? ""
            throw Stop(
                "\(path), line \(line): there is no setting “\(key)”\(near) Known are: "
                    + known.sorted().joined(separator: ", "),
                "\(path) 第\(line)行：没有“\(key)”这一项\(word.map { "，是不是 \($0)？" } ?? "。")可用："
                    + known.sorted().joined(separator: "、"))
        }
    }

    /// All keys with their lines, those within others joined by dots.
    private static func keys(of node: Node, below prefix: String = "") -> [(String, Int)] {
        guard let mapping = node.mapping else { return [] }
        return mapping.flatMap { key, value -> [(String, Int)] in
            let name = prefix + (key.string ?? "?")
            if value.mapping != nil { return keys(of: value, below: name + ".") }
            return [(name, key.mark?.line ?? 0)]
        }
    }
}
