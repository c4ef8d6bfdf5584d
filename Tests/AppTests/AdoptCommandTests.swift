@testable import App
import Foundation
import Primitives
import TestSupport
import Testing

struct AdoptCommandTests {
    private static func adopt(
        _ text: String, in data: String, environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            "adopt", try Scratch.file(text, named: "next.yaml"), "--data", data, "--login", "ding",
            environment: environment)
    }

    @Test func `another company's charter is refused, and nothing is adopted`() async throws {
        let data = try await Installed.copy()
        let done = try await Self.adopt(
            ShopCharter.text(
                changing: (from: "charter: corner-shop", to: "charter: other-shop"),
                (from: "version: 1", to: "version: 9")), in: data)
        #expect(done.status == 1)
        #expect(done.errors.contains("“other-shop”") && done.errors.contains("“corner-shop”"), "\(done.errors)")
        #expect(try Installed.count(data + "/charter.db", "charter_version") == 1)
    }

    @Test func `a version without a post that somebody holds is refused, with the post and how many hold it`()
        async throws
    {
        let data = try await Installed.copy()
        let renamed = ShopCharter.text.replacing("clerk", with: "seller")
            .replacing("version: 1", with: "version: 2")
        for (environment, words) in [
            (["LANG": "C.UTF-8"], ["Clerk (clerk), 1 person"]), (["LANG": "zh_CN.UTF-8"], ["店员（clerk）1人"]),
        ] {
            let done = try await Self.adopt(renamed, in: data, environment: environment)
            #expect(done.status == 1)
            for word in words { #expect(done.errors.contains(word), "\(word): \(done.errors)") }
            // The trainee's post is gone too, and nobody holds it.
            #expect(!done.errors.contains("guest"))
        }
        #expect(try Installed.count(data + "/charter.db", "charter_version") == 1)
    }

    @Test func `the day that is named is the one that is stored, and what it overtakes is told`() async throws {
        let data = try await Installed.copy()
        let ahead = try await Self.adopt(
            ShopCharter.text(
                changing: (from: "version: 1", to: "version: 2"),
                (from: "effective: 2026-01-01", to: "effective: 2126-12-01")), in: data)
        #expect(ahead.status == 0)
        #expect(ahead.output.contains("in force from 2126-12-01"), "\(ahead.output)")
        let today = LocalTime(SystemClock.now(), offset: 8 * 3600).day
        let late = try await Self.adopt(
            ShopCharter.text(changing: (from: "version: 1", to: "version: 3")), in: data)
        #expect(late.status == 0)
        #expect(late.output.contains("in force from \(today)"), "\(late.output)")
        #expect(!late.output.contains("in force from 2026-01-01"))
        #expect(late.output.contains("version 2 no longer comes into force"), "\(late.output)")
    }
}
