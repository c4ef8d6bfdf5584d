public import Primitives

/// A duty that an event opens.
public struct OpenedDuty: Sendable {
    public let clause: Clause
    public let duty: Duty
    public let due: Instant
}

extension Charter {
    /// The duties that an event opens, with the instants at which they fall due.
    ///
    /// A deadline that cannot be computed (a calendar without working days, a field without a date) opens the
    /// duty at once rather than not at all: the refusal is returned beside it for the log.
    public func duties(openedBy event: String, fields: Fields, at instant: Instant) -> [OpenedDuty] {
        clauses(openedBy: event).compactMap { clause in
            guard let duty = clause.duty, clause.applies(to: fields) else { return nil }
            return OpenedDuty(clause: clause, duty: duty, due: due(duty.within, from: instant, fields: fields))
        }
    }

    /// The clauses by which an event sends notices.
    public func notices(of event: String, fields: Fields) -> [Clause] {
        clauses(openedBy: event).filter { !$0.notify.isEmpty && $0.applies(to: fields) }
    }

    /// When a duty opened at that instant falls due.
    public func due(_ deadline: Deadline, from instant: Instant, fields: Fields) -> Instant {
        (try? calendar.due(deadline, from: instant, fields: fields).instant) ?? instant
    }

    /// The instant of the escalation step with that index after a due instant; `nil` past the last.
    public func escalation(_ step: Int, of clause: Clause, due: Instant) -> Instant? {
        guard let lateness = clause.lateness, lateness.steps.indices.contains(step) else { return nil }
        return try? calendar.after(lateness.steps[step], from: due)
    }

    /// The posts that may do what a clause obliges: the post itself, those it reports to, and those that may make a
    /// move that meets it.
    public func posts(doing clause: Clause.Key, of post: Post.Key) -> [Post.Key] {
        let events = self.clause(clause)?.duty?.metBy ?? []
        let acts = workflows.flatMap { workflow in
            (events.contains(workflow.start.event) ? workflow.start.actors : [])
                + workflow.states.flatMap(\.moves).filter { events.contains($0.event) }.flatMap(\.actors)
        }
        return (chain(from: post) + acts).reduce(into: []) { posts, key in
            if !posts.contains(key) { posts.append(key) }
        }
    }

    /// The post itself, then those that it reports to, from near to far.
    public func chain(from post: Post.Key) -> [Post.Key] {
        var chain: [Post.Key] = []
        var next: Post.Key? = post
        while let key = next, !chain.contains(key) {
            chain.append(key)
            next = self.post(key)?.reportsTo
        }
        return chain
    }
}
