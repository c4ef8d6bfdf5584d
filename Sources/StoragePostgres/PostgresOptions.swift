public import Storage

/// How a node uses its server.
public struct PostgresOptions: Sendable {
    /// Connections for acts, opened when needed, 1 or more; listening takes one more.
    public var connections: Int
    /// How long an act waits for a connection before it is refused.
    public var patience: Duration
    /// How long a connection is kept that nobody uses, in seconds.
    public var unusedSeconds: Double
    /// How many acts may wait.
    public var queue: Int
    /// The longest that a statement may take, in milliseconds.
    public var statementMilliseconds: Int
    /// How long an open transaction may stand still, in milliseconds, before the server ends it.
    public var idleMilliseconds: Int
    /// How long a server may take to answer a new connection, in seconds, for each host of the address; 2 or more.
    public var connectSeconds: Int
    /// How often an act is run before the conflicts of others make it fail, 1 or more.
    public var attempts: Int
    /// Told of each statement as it is sent; a benchmark has the server run the same once more.
    public var heard: (@Sendable (SQL) -> Void)?

    public init(
        connections: Int = 10, patience: Duration = .seconds(5), unusedSeconds: Double = 60, queue: Int = 1000,
        statementMilliseconds: Int = 30_000, idleMilliseconds: Int = 30_000, connectSeconds: Int = 5,
        attempts: Int = 20
    ) {
        self.connections = connections
        self.patience = patience
        self.unusedSeconds = unusedSeconds
        self.queue = queue
        self.statementMilliseconds = statementMilliseconds
        self.idleMilliseconds = idleMilliseconds
        self.connectSeconds = connectSeconds
        self.attempts = attempts
    }
}
