import Primitives
import Storage
import TestDatabases
import Testing

struct VerifierTests {
    @Test(arguments: Engine.all)
    func `an untouched journal is sound`(engine: Engine) async throws {
        let database = try await journal(engine, events: 2500)
        try await database.record(2)
        let found = try await Verifier(database: database, check: database).verify()
        #expect(found.isSound, "\(found.faults)")
        // The two that came last have their seals only where they get them with the commit.
        #expect(found.events == (engine.sealsAtOnce ? 2507 : 2505))
        #expect(found.heads[Shop.red]?.number == (engine.sealsAtOnce ? 2502 : 2500))
        #expect(found.heads[Shop.blue]?.number == 5)
    }

    @Test(
        arguments: Engine.all,
        [
            "type = 'guest.other'", "schema_version = 2", "subject_kind = 'staff'", "subject = id", "matter = id",
            "unit = id", "program = 'other'", "program = NULL, actor = id", "occurred_at = occurred_at + 1",
            "recorded_at = recorded_at - 1", "cause = id", "charter_version = 0", "nature = 'consequence'",
            #"body = '{"name":"李四","times":3}'"#, #"body = '{"name":"张三","times":3} '"#, "secret = \([] as [UInt8])",
        ] as [SQL])
    func `a change of any column is found`(engine: Engine, change: SQL) async throws {
        let faults = try await faults(engine, "UPDATE event SET \(change) WHERE number = 3 AND organisation = 11")
        #expect(faults.map(\.kind) == [.altered])
        #expect(faults.first?.organisation == Shop.red)
        #expect(faults.first?.number == 3)
        #expect(faults.first?.event != nil)
    }

    @Test(arguments: Engine.all)
    func `a change of the identifier is found`(engine: Engine) async throws {
        let faults = try await faults(
            engine, "UPDATE event SET id = \(Event.ID(high: 5, low: 5)) WHERE number = 3 AND organisation = 11")
        #expect(faults.map(\.kind) == [.altered])
        #expect(faults.first?.event == Event.ID(high: 5, low: 5))
    }

    @Test(arguments: Engine.all)
    func `a removed event is found, at the end too`(engine: Engine) async throws {
        let middle = try await faults(engine, "DELETE FROM event WHERE number IN (2, 3) AND organisation = 11")
        #expect(middle.map(\.kind) == [.missing(through: 3)])
        #expect(middle.first?.number == 2)
        let last = try await faults(engine, "DELETE FROM event WHERE number = 5 AND organisation = 11")
        #expect(last.map(\.kind) == [.missing(through: 5)])
        let first = try await faults(engine, "DELETE FROM event WHERE number = 1 AND organisation = 11")
        #expect(first.map(\.kind) == [.missing(through: 1)])
        let all = try await faults(engine, "DELETE FROM event WHERE organisation = 11")
        #expect(all.map(\.kind) == [.missing(through: 5)])
    }

    @Test(arguments: Engine.all)
    func `two that changed places are found`(engine: Engine) async throws {
        let faults = try await faults(
            engine, "UPDATE event SET number = -2 WHERE number = 2 AND organisation = 11",
            "UPDATE event SET number = 2 WHERE number = 3 AND organisation = 11",
            "UPDATE event SET number = 3 WHERE number = -2 AND organisation = 11")
        #expect(faults.map(\.kind) == [.altered, .altered, .altered], "the two, and the seal that follows them")
        #expect(faults.map(\.number) == [2, 3, 4])
    }

    @Test(arguments: Engine.all)
    func `an event of another company is found`(engine: Engine) async throws {
        let faults = try await faults(
            engine, "DELETE FROM event WHERE number = 5 AND organisation = 11",
            "UPDATE event SET organisation = 11 WHERE number = 5 AND organisation = 22")
        #expect(faults.map(\.kind) == [.altered, .headDiffers, .missing(through: 5)])
        #expect(faults.map(\.organisation) == [Shop.red, Shop.red, Shop.blue])
    }

    @Test(arguments: Engine.all)
    func `a seal that was taken off or replaced is found`(engine: Engine) async throws {
        let off = try await faults(
            engine, "UPDATE event SET number = NULL, seal = NULL WHERE number = 2 AND organisation = 11")
        #expect(off.map(\.kind) == [.missing(through: 2), .unsealed])
        #expect(off.last?.event != nil)
        let replaced = try await faults(
            engine, "UPDATE event SET seal = \([0] as [UInt8]) WHERE number = 2 AND organisation = 11")
        #expect(replaced.map(\.kind) == [.altered, .altered])
        let head = try await faults(engine, "UPDATE journal_head SET seal = \([0] as [UInt8]) WHERE organisation = 11")
        #expect(head.map(\.kind) == [.headDiffers])
        let behind = try await faults(engine, "UPDATE journal_head SET number = 4 WHERE organisation = 11")
        #expect(behind.map(\.kind) == [.headDiffers])
        let gone = try await faults(engine, "DELETE FROM journal_head WHERE organisation = 11")
        #expect(gone.map(\.kind) == [.headDiffers])
    }

    @Test(arguments: Engine.all)
    func `an event that was put in later with an early identifier is found`(engine: Engine) async throws {
        let database = try await journal(engine, events: 5)
        let copy: SQL = """
            INSERT INTO event (organisation, id, type, schema_version, subject_kind, subject, program, occurred_at,
                recorded_at, nature, body)
            SELECT organisation, \(Event.ID(high: 1, low: 1)), type, schema_version, subject_kind, subject, program,
                occurred_at, recorded_at, nature, body FROM event WHERE organisation = 11 AND number = 1
            """
        try await database.write { try $0.run(copy) }
        let before = try await Verifier(database: database, check: nil).verify()
        #expect(before.faults.map(\.kind) == [.unsealed])
        try await engine.sequencer(database).sealAll(of: database)
        let after = try await Verifier(database: database, check: nil).verify()
        #expect(after.faults.map(\.kind) == [.disordered])
        #expect(after.faults.first?.number == 6)
        let tolerant = try await Verifier(database: database, check: nil, tolerance: .max).verify()
        #expect(tolerant.isSound)
    }

    @Test(arguments: Engine.all)
    func `a journal sealed anew from end to end is found by a head kept elsewhere`(engine: Engine) async throws {
        let database = try await journal(engine, events: 5)
        let heads = try await Verifier(database: database, check: database).verify().heads
        try await database.write { transaction in
            try engine.unguard(transaction)
            try transaction.run("UPDATE event SET number = NULL, seal = NULL WHERE organisation = 11")
            try transaction.run("UPDATE event SET type = 'other' WHERE organisation = 11")
            try transaction.run("DELETE FROM journal_head WHERE organisation = 11")
        }
        try await engine.sequencer(database).sealAll(of: database)
        let alone = try await Verifier(database: database, check: database).verify()
        #expect(alone.isSound)
        let anchored = try await Verifier(database: database, check: database).verify(anchors: heads)
        #expect(anchored.faults.map(\.kind) == [.anchorDiffers])
        #expect(anchored.faults.first?.number == 5)
        let vanished = try await Verifier(database: database, check: nil).verify(
            anchors: [OrganisationID(33): JournalHead(number: 1, seal: [])])
        #expect(vanished.faults.map(\.kind) == [.anchorDiffers])
    }

    private func journal(_ engine: Engine, events: Int) async throws -> any Database & DatabaseCheck {
        let database = try engine.open(TestClock())
        try await database.write { transaction in
            for number in 0..<events {
                _ = try Journal(reactions: []).record(happening("guest.\(number)"), in: transaction)
            }
        }
        try await database.record(5, at: Shop.blue)
        try await engine.sequencer(database).sealAll(of: database)
        return database
    }

    private func faults(_ engine: Engine, _ changes: SQL...) async throws -> [Verification.Fault] {
        let database = try await journal(engine, events: 5)
        try await database.write { transaction in
            try engine.unguard(transaction)
            for change in changes { #expect(try transaction.rowsChanged(by: change) > 0) }
        }
        return try await Verifier(database: database, check: database).verify().faults
    }
}
