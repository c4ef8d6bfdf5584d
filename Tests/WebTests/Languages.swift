import Foundation
import Policy
import TestSupport
import Testing

@testable import Web

/// Asks the same thing in each language and checks that each answer is in its reader's.
/// - Parameters:
///   - title: the headline in Simplified Chinese.
///   - ask: changes nothing, so that it can be asked three times.
/// - Returns: the answer in English.
@discardableResult
func expectError(
    _ status: Int, _ title: String, location: SourceLocation = #_sourceLocation,
    _ ask: (Language) async throws -> Reply
) async throws -> Reply {
    let book = WebDesk.book
    var told: [Language: Reply.Told] = [:]
    var english: Reply?
    for language in WebDesk.languages {
        let reply = try await ask(language)
        #expect(reply.status == status, "\(reply.text.prefix(400))", sourceLocation: location)
        let words = try #require(reply.told, "no error: \(reply.text.prefix(400))", sourceLocation: location)
        told[language] = words
        let all = words.title + " " + words.text
        #expect(!words.text.isEmpty, sourceLocation: location)
        #expect(!all.contains("[[") && !all.contains(/\{\d\}/), "\(all)", sourceLocation: location)
        if language == .english {
            english = reply
            // Who did it is called as ever.
            let words = Shop.Person.allCases.reduce(all) { $0.replacing($1.name, with: "") }
            #expect(!words.contains(/\p{Han}/), "not English: \(all)", sourceLocation: location)
        }
    }
    #expect(told[.simplified]?.title == title, sourceLocation: location)
    let same = told[.simplified]?.text == told[.traditional]?.text
    let inTraditional = told[.simplified]?.text.applyingTransform(StringTransform("Hans-Hant"), reverse: false)
    #expect(!same || inTraditional == told[.simplified]?.text, "not Traditional", sourceLocation: location)
    #expect(told[.traditional]?.title == book[.traditional](title), sourceLocation: location)
    #expect(told[.english]?.title == book[.english](title), sourceLocation: location)
    return try #require(english, sourceLocation: location)
}
