/// A statement whose interpolations bind, in either engine's placeholders.
///
/// `"SELECT name FROM customer WHERE organisation = \(organisation)"` holds one binding and no text of it.
/// `\(list: values)` binds a list between parentheses, `\(limit: …)` writes a number out, `\(raw: …)` takes trusted
/// text of our own, and another `SQL` can be interpolated as a part.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// The text between the bindings: always one part more than there are bindings.
    public private(set) var parts: [String]
    public private(set) var bindings: [Value]

    public init(stringLiteral value: String) {
        parts = [value]
        bindings = []
    }

    /// A statement that was put together before.
    /// - Parameter parts: one more than there are bindings.
    init(parts: [String], bindings: [Value]) {
        self.parts = parts
        self.bindings = bindings
    }

    public init(stringInterpolation: Interpolation) {
        parts = stringInterpolation.parts
        bindings = stringInterpolation.bindings
    }

    // Inlined: a generic that cannot see its types asks the runtime for them value by value, and an act binds hundreds.
    public struct Interpolation: StringInterpolationProtocol {
        @usableFromInline var parts: [String] = [""]
        @usableFromInline var bindings: [Value] = []

        @inlinable
        public init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount + 1)
            bindings.reserveCapacity(interpolationCount)
        }

        @inlinable
        public mutating func appendLiteral(_ literal: String) {
            parts[parts.count - 1] += literal
        }

        @inlinable
        public mutating func appendInterpolation(_ value: some Bindable) {
            bindings.append(value.value)
            parts.append("")
        }

        @inlinable
        public mutating func appendInterpolation<T: Bindable>(_ value: T?) {
            bindings.append(value?.value ?? .null)
            parts.append("")
        }

        public mutating func appendInterpolation(_ sql: SQL) {
            parts[parts.count - 1] += sql.parts[0]
            parts.append(contentsOf: sql.parts.dropFirst())
            bindings.append(contentsOf: sql.bindings)
        }

        /// A list for `IN`; an empty one becomes `(NULL)`, which nothing equals.
        ///
        /// The last value is repeated up to the next power of two, so that lists of all lengths
        /// share a few prepared statements.
        @inlinable
        public mutating func appendInterpolation(list values: [some Bindable]) {
            guard let last = values.last else { return appendLiteral("(NULL)") }
            var length = 1
            while length < values.count { length *= 2 }
            for index in 0..<length {
                appendLiteral(index == 0 ? "(" : ", ")
                appendInterpolation(index < values.count ? values[index] : last)
            }
            appendLiteral(")")
        }

        /// How many rows are wanted, written out: where a plan is kept for all values, this one decides whether an index
        /// is walked in its order or all rows are sorted.
        public mutating func appendInterpolation(limit: Int) {
            appendLiteral("\(limit)")
        }

        /// Text that is part of the program, never of its input.
        public mutating func appendInterpolation(raw text: String) {
            appendLiteral(text)
        }
    }
}
