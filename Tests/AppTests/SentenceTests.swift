@testable import App
import Customers
import Foundation
import NIOCore
import Organisations
import Policy
import Storage
import StorageSQLite
import Testing

struct SentenceTests {
    private struct Oddity: Error {}

    private static let taken: any Error =
        ListenFault(IOError(errnoCode: EADDRINUSE, reason: "bind"), host: "h", port: 7) ?? Oddity()

    @Test(arguments: [
        (
            Denial(action: .readCases, post: "clerk") as any Error,
            "the post “clerk” may not do this: it needs cases.read"
        ),
        (KeyRingError.exposed(path: "/k"), "others may read the key file /k: run chmod 600 /k"),
        (KeyRingError.missing(path: "/k"), "there is no key at /k"),
        (KeyRingError.unreadable(line: 3), "line 3 of the key file is no key"),
        (KeyRingError.incomplete, "the key file is not complete"),
        (KeyRingError.file(path: "/k", error: EACCES), "/k may not be read or written by whoever runs this"),
        (KeyRefusal.other, "what is stored does not open with this key"),
        (CipherError.altered, "what is stored does not open with this key"),
        (StorageError.file(.notADatabase, path: "/d"), "/d is not a Charter database"),
        (StorageError.file(.damaged, path: "/d"), "/d is damaged: restore the last good backup"),
        (StorageError.file(.cannotOpen, path: "/d"), "/d cannot be opened: its folder must exist"),
        (StorageError.file(.readOnly, path: "/d"), "/d cannot be written"),
        (
            StorageError.newerSchema(found: "9", known: "8"),
            "the database was written by a newer version (9; this one knows 8)"
        ),
        (StorageError.diskFull, "the disk is full and nothing of this was stored"),
        (StorageError.unavailable("closed"), "the database is busy or closing"),
        (StorageError.uncertain, "the connection to the database was lost while this was being stored"),
        (StorageError.server(.address, "x"), "--database is not an address of PostgreSQL (x)"),
        (StorageError.server(.unreachable, "x"), "no PostgreSQL answers at --database (x)"),
        (StorageError.server(.password, "x"), "PostgreSQL does not let this user in (x)"),
        (StorageError.server(.certificate, "x"), "the connection is not as safe as --database asks (x)"),
        (StorageError.server(.absent, "x"), "there is no such database (x)"),
        (StorageError.server(.tooOld, "14"), "the server at --database is PostgreSQL 14"),
        (StorageError.server(.foreign, "x"), "the database at --database belongs to another program (it has “x”)"),
        (StorageError.server(.permission, "x"), "the user in --database may not do this (x)"),
        (StorageError.server(.connections, "9"), "the server at --database grants too few connections (9)"),
        (BackupRefusal.exists(path: "/b"), "/b exists already"),
        (ImportRefusal.notText(""), "nothing was imported: this is not a text file"),
        (ImportRefusal.empty, "nothing was imported: the file is empty"),
        (ImportRefusal.unknownColumns(["a"]), "nothing was imported: these columns are unknown: a"),
        (ImportRefusal.doubledColumns([.phone]), "nothing was imported: two columns claim the same field"),
        (ImportRefusal.noName, "nothing was imported: no column holds the customer's name"),
        (ImportRefusal.alreadyUndone, "nothing was imported: that import was taken back already"),
        (FormFaults([FormFault("name", .missing)]), "these cannot be used: name"),
        (
            SentenceTests.taken,
            "the port h:7 is taken"
        ),
        (CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "/f"]), "there is no /f"),
        (CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: "/f"]), "/f may not be read or written"),
        (CancellationError(), "interrupted"), (Oddity(), "something unexpected went wrong; please report this line"),
    ])
    func `every error becomes a sentence`(error: any Error, words: String) {
        let said = Sentence.text(of: error, in: .english)
        #expect(said.hasPrefix(words), "\(said)")
        for language in [Language.simplified, .traditional] {
            let text = Sentence.text(of: error, in: language)
            #expect(text.contains(/\p{Han}/) && text != said, "\(text)")
        }
    }

    @Test(arguments: [
        (["charter", "verify"], [:], Language.english), (["charter"], ["LANG": "zh_CN.UTF-8"], .simplified),
        (["charter"], ["LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"], .traditional),
        (["charter", "--language", "zh-Hans"], ["LANG": "en_GB"], .simplified),
        (["charter", "--language=en"], ["LANG": "zh_CN"], .english),
        (["charter", "--language", "xx"], ["LANG": "zh_HK"], .traditional),
    ])
    func `the language is that of whoever asks`(
        arguments: [String], environment: [String: String], language: Language
    ) {
        #expect(Language.ofTerminal(arguments: arguments, environment: environment) == language)
    }
}
