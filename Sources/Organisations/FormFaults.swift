/// What could not be read of an input, all fields at once.
public struct FormFaults: Error, Sendable, Equatable {
    public private(set) var faults: [Fault]

    public init(_ faults: [Fault] = []) {
        self.faults = faults
    }

    /// One field's fault, in words that the page chooses by language.
    public struct Fault: Sendable, Hashable {
        /// The field's path: `name`, `people.0.phone`.
        public let field: String
        /// The message's key: `required`, `phone.unreadable`.
        public let message: String
        public let arguments: [String]

        public init(field: String, message: String, arguments: [String] = []) {
            self.field = field
            self.message = message
            self.arguments = arguments
        }
    }

    public var isEmpty: Bool { faults.isEmpty }

    public mutating func add(_ field: String, _ message: String, _ arguments: String...) {
        faults.append(Fault(field: field, message: message, arguments: arguments))
    }

    /// - Throws: these faults, when there are any.
    public func check() throws(FormFaults) {
        if !faults.isEmpty { throw self }
    }
}
