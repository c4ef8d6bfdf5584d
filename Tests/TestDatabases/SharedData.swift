import Foundation

/// Where the shared data lies: beside the repository, or beside the folder of its worktrees.
public func sharedData(_ name: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    for path in ["../shared/data", "../../shared/data"] {
        let file = root.appending(path: path).appending(path: name).standardizedFileURL
        if let data = try? Data(contentsOf: file) { return [UInt8](data) }
    }
    throw CocoaError(.fileNoSuchFile)
}
