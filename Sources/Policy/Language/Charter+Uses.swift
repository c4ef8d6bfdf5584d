/// A part of the charter that names a clause.
public struct ClauseUse: Sendable, Hashable {
    public enum Part: String, Sendable, CaseIterable, Hashable {
        case post, form, field, choice, fact, workflow, start, state, move, offence, ladder, phrases, membership, tier
        case perk, activity
    }

    public let part: Part
    /// The keys that lead to it, outermost first: the workflow, the state, the move.
    public let keys: [String]
    /// Their titles, as many as there are keys.
    public let titles: [LocalizedText]
}

extension Charter {
    /// The parts of the file that name a clause, in the order of the language: posts, forms, facts, workflows,
    /// offences, ladders, phrases, membership.
    public func uses(of clause: Clause.Key) -> [ClauseUse] {
        var uses = ClauseUses(clause: clause)
        for post in posts { uses.add(.post, post.clauses, [(post.key, post.title)]) }
        for form in forms {
            uses.add(.form, form.clauses, [(form.key, form.title)])
            for field in form.fields { uses.add(field, under: (form.key, form.title)) }
        }
        for fact in facts {
            uses.add(.fact, fact.clauses, [(fact.event, fact.title)])
            for field in fact.fields { uses.add(field, under: (fact.event, fact.title)) }
        }
        for workflow in workflows { uses.add(workflow) }
        for offence in offences { uses.add(.offence, offence.clauses, [(offence.key, offence.title)]) }
        for ladder in ladders {
            uses.add(
                .ladder, ladder.rungs.flatMap(\.clauses),
                [(ladder.key, LocalizedText(simplified: ladder.key, traditional: ladder.key, english: nil))])
        }
        for list in phrases { uses.add(.phrases, list.clauses, [(list.key, list.title)]) }
        if let membership { uses.add(membership, named: title) }
        return uses.found
    }
}

private struct ClauseUses {
    typealias Step = (key: String, title: LocalizedText)

    let clause: Clause.Key
    var found: [ClauseUse] = []

    mutating func add(_ part: ClauseUse.Part, _ clauses: [Clause.Key], _ steps: [Step]) {
        guard clauses.contains(clause) else { return }
        found.append(ClauseUse(part: part, keys: steps.map(\.key), titles: steps.map(\.title)))
    }

    mutating func add(_ field: FormField, under owner: Step) {
        let step: Step = (field.key, field.title)
        add(.field, field.clauses, [owner, step])
        guard case .choice(let choices) = field.kind else { return }
        for choice in choices { add(.choice, choice.clauses, [owner, step, (choice.key, choice.title)]) }
    }

    mutating func add(_ programme: Programme, named title: LocalizedText) {
        add(.membership, programme.ownClauses, [("membership", title)])
        for tier in programme.tiers { add(.tier, tier.allClauses, [(tier.key, tier.title)]) }
        for perk in programme.offers.perks { add(.perk, perk.allClauses, [(perk.key, perk.title)]) }
        for kind in programme.offers.activities { add(.activity, kind.allClauses, [(kind.key, kind.title)]) }
    }

    mutating func add(_ workflow: Workflow) {
        let whole: Step = (workflow.key, workflow.title)
        add(.workflow, workflow.clauses, [whole])
        add(.start, workflow.start.clauses, [whole])
        if let portal = workflow.portal, !workflow.clauses.contains(clause) { add(.workflow, portal.clauses, [whole]) }
        for state in workflow.states {
            let step: Step = (state.key, state.title)
            add(.state, state.clauses, [whole, step])
            for move in state.moves { add(.move, move.clauses, [whole, step, (move.key, move.title)]) }
        }
    }
}
