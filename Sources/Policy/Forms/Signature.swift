/// A name as its owner wrote it: the strokes of a pen on a field of 400 by 120, or the name typed.
public struct Signature: Sendable, Hashable {
    /// Lines of an SVG path, `M12 80L14 82L…`; `nil` where the name was typed.
    public let path: String?
    public let typed: String?

    /// - Returns: `nil` for what is neither, and for an empty drawing.
    public init?(_ text: String) {
        guard text.hasPrefix("M"), text.dropFirst().contains(where: { $0.isNumber }) else {
            guard (1...60).contains(text.count), !text.contains(where: \.isNewline),
                text.contains(where: \.isLetter)
            else { return nil }
            (path, typed) = (nil, text)
            return
        }
        // Nothing but numbers goes on into a page.
        guard text.utf8.count <= 16_000,
            text.wholeMatch(of: /(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})+)+/) != nil
        else {
            return nil
        }
        (path, typed) = (text, nil)
    }
}
