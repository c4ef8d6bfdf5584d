/// One line of a deadline's arithmetic in words, for a page, a terminal or a tooltip.
public struct DueLine: Sendable, Hashable {
    public let kind: DueStep.Kind
    /// 起算, 不计, 计入, 应于 …
    public let label: String
    /// The day or days and the reason: `10月1–7日 国庆节`.
    public let text: String
    /// What the line amounts to, `7天`, `第2个工作日` or `18:00`; empty where it is said already.
    public let amount: String
}

extension DueLine: CustomStringConvertible {
    /// The line as plain text: `应于 10月9日 下班 18:00`.
    public var description: String {
        [label, text, amount].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
