import CharterYAML
import Foundation
import Policy
import Testing

/// Mistakes in what the language says of customers who come by themselves.
@Suite struct PortalFaultTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let path: String
        let nearest: String?
        var testDescription: String { to }

        init(_ from: String, _ to: String, at path: String, nearest: String? = nil) {
            (self.from, self.to, self.path, self.nearest) = (from, to, path, nearest)
        }
    }

    private static let portal = "workflows.grievance.portal."

    static let mistakes = [
        Mistake("post: assistant\n", "post: asistant\n", at: portal + "post", nearest: "assistant"),
        // One that may not start the workflow.
        Mistake("post: assistant\n", "post: manager\n", at: portal + "post"),
        Mistake("fields: [words, kind]", "fields: [wrods, kind]", at: portal + "fields.0", nearest: "words"),
        // Nobody from outside names the company's people.
        Mistake("fields: [words, kind]", "fields: [words, kind, about]", at: portal + "fields.2"),
        Mistake("fields: [words, kind]", "fields: [words]", at: "workflows.grievance.portal"),
        Mistake("fields: [words, kind]", "fields: []", at: portal + "fields"),
        Mistake("with: {way: online,", "with: {way: onlin,", at: portal + "with.way", nearest: "online"),
        Mistake("with: {way: online,", "with: {wayy: online,", at: portal + "with.wayy", nearest: "way"),
        Mistake("came_at: now, house: unit}", "came_at: today, house: unit}", at: portal + "with.came_at"),
        Mistake("came_at: now, house: unit}", "came_at: now, house: unti}", at: portal + "with.house", nearest: "unit"),
        Mistake("came_at: now, house: unit}", "came_at: now, house: unit, about: now}", at: portal + "with.about"),
        Mistake("promises: D-007", "promises: D-070", at: portal + "promises", nearest: "D-007"),
        Mistake("states: {heard: {", "states: {herd: {", at: portal + "states.herd", nearest: "heard"),
        Mistake("answer: {zh-Hans: 收到}", "anwser: {zh-Hans: 收到}", at: portal + "anwser", nearest: "answer"),
        Mistake("{move: sign_it, shows", "{move: sing_it, shows", at: portal + "signature.move", nearest: "sign_it"),
        // A move that signs nothing.
        Mistake("{move: sign_it, shows", "{move: settle, shows", at: portal + "signature.move"),
        Mistake("shows: words, signature", "shows: wrds, signature", at: portal + "signature.shows", nearest: "words"),
        Mistake(
            "signature: name, name: who", "signature: nam, name: who", at: portal + "signature.signature",
            nearest: "name"),
        Mistake("signature: name, name: who", "signature: name, name: name", at: portal + "signature.name"),
        Mistake("name: who, hours: 24", "name: who, hours: 0", at: portal + "signature.hours"),
        Mistake("name: who, hours: 24", "hours: 24", at: portal + "signature"),
        Mistake("opinion: {move: rate", "opinion: {move: rat", at: portal + "opinion.move", nearest: "rate"),
        Mistake("satisfied: happy, words: said", "satisfied: said, words: said", at: portal + "opinion.satisfied"),
        Mistake(
            "satisfied: happy, words: said", "satisfied: happy, words: sad", at: portal + "opinion.words",
            nearest: "said"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its line, its key and the nearest word`(mistake: Mistake) throws {
        let range = try #require(Self.text.range(of: mistake.from), "the sample has no \(mistake.from)")
        let changed = Self.text.replacingCharacters(in: range, with: mistake.to)
        let line = Self.text[..<range.lowerBound].count { $0 == "\n" } + 1
        let errors = SampleCharter.read(changed).errors
        let told = errors.first { $0.path == mistake.path }
        #expect(told != nil, "\(errors.map(\.description))")
        if let told { #expect(abs(told.line - line) <= 2, "\(told.line), changed in \(line)") }
        if let nearest = mistake.nearest {
            #expect(told?.description.hasSuffix("did you mean \"\(nearest)\"?") == true, "\(told?.description ?? "")")
        }
    }

    @Test func `a move that the post may not make is told where the portal names it`() {
        let errors = SampleCharter.read(
            Self.text.replacing("by: [assistant], form: receipt, signs", with: "by: [manager], form: receipt, signs")
        ).errors.map(\.path)
        #expect(errors.contains(Self.portal + "signature.move"))
    }

    @Test func `the sample itself has no mistake, and says what it says`() throws {
        let result = SampleCharter.read(Self.text)
        #expect(result.errors.map(\.description) == [])
        let portal = try #require(result.charter?.workflow("grievance")?.portal)
        #expect(portal.post == "assistant")
        #expect(portal.fields == ["words", "kind"])
        #expect(portal.given == ["way": .choice("online"), "came_at": .now, "house": .unit])
        #expect(portal.promises == ["D-007"])
        #expect(portal.states["heard"]?.simplified == "听到了")
        #expect(portal.signing?.shown == ["words"])
        #expect(portal.signing?.hours == 24)
        #expect(portal.opinion?.satisfied == "happy")
    }

    private static let text = SampleCharter.text
        .replacing(
            "facts:\n",
            with: """
                  hearing:
                    title: {zh-Hans: 登记}
                    fields:
                      who_came: {type: customer, required: true, title: {zh-Hans: 谁}}
                      words: {type: text, required: true, title: {zh-Hans: 何事}}
                      kind: {type: choice, required: true, title: {zh-Hans: 类别}, of: {goods: {zh-Hans: 货}, people: {zh-Hans: 人}}}
                      way: {type: choice, required: true, title: {zh-Hans: 方式}, of: {online: {zh-Hans: 网上}, phone: {zh-Hans: 电话}}}
                      came_at: {type: time, required: true, title: {zh-Hans: 何时}}
                      house: {type: unit, required: true, title: {zh-Hans: 单位}}
                      about: {type: staff, title: {zh-Hans: 关于谁}}
                  receipt:
                    title: {zh-Hans: 签收}
                    fields:
                      who: {type: line, required: true, title: {zh-Hans: 签收人}}
                      name: {type: signature, required: true, title: {zh-Hans: 签字}}
                  rating:
                    title: {zh-Hans: 评价}
                    fields:
                      happy: {type: flag, required: true, title: {zh-Hans: 满意}}
                      said: {type: text, required: true, title: {zh-Hans: 评语}}
                facts:

                """, maxReplacements: 1
        )
        .replacing(
            "clauses:\n",
            with: """
                  grievance:
                    title: {zh-Hans: 申诉}
                    reference: SS
                    subject: who_came
                    portal:
                      post: assistant
                      fields: [words, kind]
                      with: {way: online, came_at: now, house: unit}
                      answer: {zh-Hans: 收到}
                      promises: D-007
                      states: {heard: {zh-Hans: 听到了}}
                      signature: {move: sign_it, shows: words, signature: name, name: who, hours: 24}
                      opinion: {move: rate, satisfied: happy, words: said}
                    start: {by: [assistant], form: hearing, to: heard}
                    states:
                      heard:
                        title: {zh-Hans: 在办}
                        moves:
                          sign_it: {title: {zh-Hans: 签}, by: [assistant], form: receipt, signs: hearing, to: heard}
                          rate: {title: {zh-Hans: 评}, by: [assistant], form: rating, to: heard}
                          settle: {title: {zh-Hans: 结}, by: [assistant], to: settled}
                      settled: {title: {zh-Hans: 已结}, final: true}
                clauses:

                """, maxReplacements: 1
        )
}
