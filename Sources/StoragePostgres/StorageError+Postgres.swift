import Storage

/// What the server refused, by its SQLSTATE.
struct ServerRefusal: Error {
    /// Five characters; empty when the connection broke instead.
    let state: String
    let message: String
    let constraint: String
    /// Without its values.
    let statement: String
    /// Whether it was the commit itself that was refused.
    var isOfCommit = false

    /// Another transaction was in the way, or a statement was prepared before the schema changed.
    var mayRunAgain: Bool { ["40001", "40P01", "26000", "0A000"].contains(state) }

    /// The connection is of no further use.
    var endsConnection: Bool {
        // Statements prepared before a change of the schema, a server that stops, and one that became a standby.
        state.isEmpty || state == "26000" || state == "0A000" || state == "25006" || state == "25P03"
            || state.hasPrefix("57P") || state.hasPrefix("08")
    }

    /// In storage's words.
    var error: StorageError {
        switch state {
        case "23505": .duplicate(constraint.isEmpty ? message : constraint)
        case "53100": .diskFull
        case "42501": .server(.permission, message)
        // Too many connections, no memory, a lock or a statement that took too long, a standby: all pass.
        case "53200", "53300", "53400", "55P03", "57014", "25006", "25P03", "40001", "40P01": .unavailable(message)
        case _ where endsConnection: .unavailable(message.isEmpty ? "the connection to the server was lost" : message)
        default: .engine("\(message) (\(state)) in: \(statement)")
        }
    }
}

/// The act ran into others so often that it was given up.
func exhausted(_ refusal: ServerRefusal) -> StorageError {
    .unavailable("other acts were in the way each time: \(refusal.message)")
}
