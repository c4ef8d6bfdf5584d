import Foundation

/// An e-mail address, lower case.
public struct EmailAddress: Hashable, Sendable {
    public let text: String

    /// `nil` unless it is one mailbox at a domain with a dot, in at most 254 characters.
    public init?(_ text: String) {
        let address = text.plain.trimmed.lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254, (1...64).contains(parts[0].utf8.count) else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(EmailAddress.isLabel),
            parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }),
            parts[0].unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic
                    || $0.value < 128 && !"\"(),:;<>[\\] \u{7f}".unicodeScalars.contains($0)
                        && $0.value > 32
            })
        else { return nil }
        self.text = address
    }

    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
            && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    }

    /// `l***@example.com`
    public var masked: String {
        let parts = text.split(separator: "@")
        return parts[0].prefix(1) + "***@" + parts[1]
    }
}
