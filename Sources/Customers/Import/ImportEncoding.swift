import Foundation

/// How a file writes its characters.
public enum ImportEncoding: String, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case gb18030 = "GB18030"

    /// `utf-8` or `gb18030`, in capitals or not; `nil` for anything else.
    public init?(word: String) {
        self.init(rawValue: word.uppercased())
    }

    /// As it is written in a command.
    public var word: String { rawValue.lowercased() }

    /// Most lines that are not plain ASCII decide, so that one damaged line does not turn the rest to nonsense.
    static func detect(_ bytes: ArraySlice<UInt8>) -> ImportEncoding {
        var votes = 0
        for line in bytes.split(separator: 10) where line.contains(where: { $0 >= 128 }) {
            votes += String(validating: line, as: UTF8.self) == nil ? -1 : 1
        }
        return votes >= 0 ? .utf8 : .gb18030
    }

    /// `nil` when the bytes are no text in this encoding.
    func text(_ bytes: ArraySlice<UInt8>) -> String? {
        if self == .utf8 || !bytes.contains(where: { $0 >= 128 }) {
            return String(validating: bytes, as: UTF8.self)
        }
        return String(data: Data(bytes), encoding: ImportEncoding.foundation)
    }

    /// GB18030 in the library's numbers, which offer it no name.
    private static let foundation = String.Encoding(rawValue: 0x8000_0632)
}
