import ArgumentParser
import Cases
import CharterYAML
import Customers
import Foundation
import NIOCore
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

/// Errors as the terminal tells them: what is wrong, then what to do.
enum Sentence {
    /// Tells the error that a command ends with.
    static func end(_ error: any Error, in language: Language) {
        let line = choose("Error: ", "错误：", language) + text(of: error, in: language) + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    static func text(of error: any Error, in language: Language) -> String {
        let (english, chinese) = words(error, language)
        return choose(english, chinese, language)
    }

    static func choose(_ english: String, _ chinese: String?, _ language: Language) -> String {
        switch language {
        case .english: english
        case .simplified: chinese ?? english
        case .traditional:
            chinese.map(Traditional.text) ?? english
        }
    }

    /// Prints a line of a command's own answer.
    static func say(_ english: String, _ chinese: String, in language: Language) {
        print(choose(english, chinese, language))
    }

    private static func words(_ error: any Error, _ language: Language) -> (String, String?) {
        switch error {
        case let stop as Stop: (stop.text(in: language), nil)
        case let fault as KeyFault: words(fault)
        case let error as KeyRingError: words(error, in: "the key file")
        case let error as StorageError: words(error)
        case let refusal as BackupRefusal: words(refusal)
        case let refusal as ImportRefusal:
            ("nothing was imported: \(refusal.words.english)", "什么也没有导入：\(refusal.words.chinese)")
        case CaseImport.Refusal.unknownFields(let fields, let known):
            (
                "the form has no \(fields.joined(separator: ", ")); it has \(known.joined(separator: ", "))",
                "表单没有这些字段：\(fields.joined(separator: "、"))；它有：\(known.joined(separator: "、"))"
            )
        case CaseImport.Refusal.unknownHeadings(let headings, let known):
            (
                "the file has no column \(headings.joined(separator: ", ")); it has \(known.joined(separator: ", "))",
                "文件没有这些列：\(headings.joined(separator: "、"))；它有：\(known.joined(separator: "、"))"
            )
        case let refusal as WorkflowRefusal: words(refusal)
        case let fault as ListenFault: words(fault)
        case let denial as PostDenial: words(denial.action, post: denial.title[language])
        case let denial as Denial: words(denial.action, post: denial.post)
        case let refusal as AdoptionRefusal: words(refusal, language)
        case PasswordRefusal.noSignIn:
            ("this person cannot sign in: there is no login, or the person has left", "这个人不能登录：没有用户名，或已离职")
        case PasswordRefusal.own:
            ("one's own password is changed, not reset", "自己的密码要自己改")
        case is KeyRefusal, is CipherError:
            (
                "what is stored does not open with this key: put the key file in place that belongs to this database",
                "存储的内容用这把密钥打不开：请放回属于这个数据库的密钥文件"
            )
        case let faults as FormFaults:
            (
                "these cannot be used: " + faults.faults.map(\.field).joined(separator: ", "),
                "这些不能用：" + faults.faults.map(\.field).joined(separator: "、")
            )
        case let file as FaultyFile: (file.faults.map { $0.text(in: language) }.joined(separator: "\n"), nil)
        case let missing as Assets.Missing:
            (
                "the browser assets in \(missing.folder) are missing: run bin/setup demo",
                "缺少浏览器用的文件 \(missing.folder)：请执行 bin/setup demo"
            )
        case let error as CocoaError: words(path(of: error), errno(of: error))
        case let error as POSIXError: words(nil, error.code)
        case is CancellationError: ("interrupted; what was acknowledged before is stored", "已中断；此前确认的内容都已保存")
        default:
            (
                "something unexpected went wrong; please report this line: \(type(of: error)): \(error)",
                "出现意外错误，请报告这一行：\(type(of: error)): \(error)"
            )
        }
    }

    private static func words(_ action: Action, post: String) -> (String, String?) {
        (
            "the post “\(post)” may not do this: it needs \(action.rawValue). Use the --login of somebody who may, or have the charter give the post this permission",
            "岗位“\(post)”不能这样做：需要 \(action.rawValue) 权限。请用有权限的人的 --login，或在制度中授权"
        )
    }

    private static func words(_ refusal: WorkflowRefusal) -> (String, String?) {
        switch refusal.reason {
        case .unknownWorkflow(let key):
            ("the charter in force has no workflow \(key); 'charter lint' shows the file's keys", "施行中的制度没有流程 \(key)")
        case .notPermitted(_, let allowed):
            (
                "this post may not begin such a case; these may: \(allowed.joined(separator: ", "))",
                "该岗位不能登记这种事务；可由这些岗位登记：\(allowed.joined(separator: "、"))"
            )
        default: ("the charter forbids it: \(refusal)", "制度不允许：\(refusal)")
        }
    }

    private static func words(_ refusal: AdoptionRefusal, _ language: Language) -> (String, String?) {
        switch refusal {
        case .otherCharter(let own, let found):
            return (
                "this is the charter “\(found)”, and the company's is “\(own)”: name a version of that one",
                "这本制度是“\(found)”，公司施行的是“\(own)”：请指定它的新版"
            )
        case .heldPosts(let posts):
            let english = posts.map { post in
                "\(post.title?.english ?? post.title?.simplified ?? post.key) (\(post.key)), "
                    + (post.people == 1 ? "1 person" : "\(post.people) people")
            }
            let chinese = posts.map { "\($0.title?.simplified ?? $0.key)（\($0.key)）\($0.people)人" }
            return (
                "this version lacks posts that people hold: \(english.joined(separator: "; ")). Keep the posts in this version, move the people to others, and leave them out of the next",
                "这一版没有了还有人在任的岗位：\(chinese.joined(separator: "、"))。请先在这一版保留这些岗位，把人调走，下一版再去掉"
            )
        }
    }

    private static func words(_ fault: KeyFault) -> (String, String?) {
        switch fault.problem {
        case .ring(.missing):
            (
                "there is no key at \(fault.source), but \(fault.database) was filled under one: put its key file back; a new key could read nothing of it",
                "\(fault.source) 没有密钥，而 \(fault.database) 是用密钥写成的：请放回原来的密钥文件；新密钥读不出其中的内容"
            )
        case .ring(let error): words(error, in: fault.source)
        case .refused(.other):
            (
                "the key in \(fault.source) is not the one that \(fault.database) was filled under: put the right key there",
                "\(fault.source) 里的密钥不是写成 \(fault.database) 的那一把：请放回正确的密钥"
            )
        case .refused(.lacking(let name)):
            (
                "\(fault.source) lacks the key “\(name)”, which \(fault.database) was filled under: put the line back; older keys stay in the file",
                "\(fault.source) 缺少密钥“\(name)”，\(fault.database) 是用它写成的：请补回这一行；旧密钥要留在文件里"
            )
        }
    }

    private static func words(_ error: KeyRingError, in source: String) -> (String, String?) {
        switch error {
        case .missing(let path): ("there is no key at \(path): put the key file there", "\(path) 没有密钥：请放回密钥文件")
        case .exposed(let path):
            (
                "others may read the key file \(path): run chmod 600 \(path), and think about who has read it",
                "别人可以读密钥文件 \(path)：请执行 chmod 600 \(path)，并想一想谁可能读过"
            )
        case .unreadable(let line):
            (
                "line \(line) of \(source) is no key: a line reads “encrypt NUMBER BASE64” or “index BASE64”",
                "\(source) 第\(line)行不是密钥：应为“encrypt 数字 BASE64”或“index BASE64”"
            )
        case .incomplete:
            (
                "\(source) is not complete: it needs a line “encrypt NUMBER BASE64” and a line “index BASE64”",
                "\(source) 不完整：要有“encrypt 数字 BASE64”和“index BASE64”两种行"
            )
        case .file(let path, let number): words(path, POSIXErrorCode(rawValue: number))
        }
    }

    private static func words(_ error: StorageError) -> (String, String?) {
        switch error {
        case .file(.notADatabase, let path):
            (
                "\(path) is not a Charter database: name the right file",
                "\(path) 不是 Charter 的数据库：请指定正确的文件"
            )
        case .file(.damaged, let path):
            (
                "\(path) is damaged: restore the last good backup with 'charter restore'",
                "\(path) 已损坏：请用 charter restore 恢复最近一份完好的备份"
            )
        case .file(.cannotOpen, let path):
            (
                "\(path) cannot be opened: its folder must exist and belong to whoever runs this",
                "\(path) 打不开：所在文件夹须存在，并属于运行程序的人"
            )
        case .file(.readOnly, let path):
            (
                "\(path) cannot be written: give the file and its folder to whoever runs this",
                "\(path) 不能写入：请把文件和文件夹的权限给运行程序的人"
            )
        case .newerSchema(let found, let known):
            (
                "the database was written by a newer version (\(found); this one knows \(known)): use that version, or restore a backup of this one",
                "数据库由更新的版本写成（\(found)；本版本只到 \(known)）：请用那个版本，或恢复本版本的备份"
            )
        case .notFound(let what): ("there is no \(what)", "没有找到：\(what)")
        case .changedMeanwhile(let what):
            ("\(what) was changed by somebody else meanwhile: look, and try again", "\(what) 刚被别人改过：请查看后再试")
        case .duplicate(let what): ("there is one already: \(what)", "已经有了：\(what)")
        case .diskFull:
            (
                "the disk is full and nothing of this was stored: make room, then try again",
                "磁盘已满，这次没有保存：请腾出空间后再试"
            )
        case .unavailable(let why):
            ("the database is busy or closing (\(why)): try again in a moment", "数据库正忙或正在关闭（\(why)）：请稍后再试")
        case .unreadable(let column):
            (
                "a stored row cannot be read (column \(column)): run 'charter verify'",
                "有一行存储内容读不懂（第\(column)列）：请执行 charter verify"
            )
        case .uncertain:
            (
                "the connection to the database was lost while this was being stored: look whether it is there before you do it again",
                "保存时与数据库断开了：请先查看内容是否已在，再决定要不要重做"
            )
        case .server(let fault, let detail): words(fault, detail)
        case .engine(let text): ("the database refused: \(text)", "数据库拒绝执行：\(text)")
        }
    }

    private static func words(_ fault: StorageError.ServerFault, _ detail: String) -> (String, String?) {
        switch fault {
        case .address:
            (
                "--database is not an address of PostgreSQL\(detail.isEmpty ? "" : " (\(detail))"): write postgres://USER@HOST/DATABASE",
                "--database 不是 PostgreSQL 的地址\(detail.isEmpty ? "" : "（\(detail)）")：应写成 postgres://用户@主机/数据库"
            )
        case .unreachable:
            (
                "no PostgreSQL answers at --database (\(detail)): look at its host and port, and whether the server runs",
                "--database 那里没有 PostgreSQL 应答（\(detail)）：请检查主机、端口，以及服务器是否在运行"
            )
        case .password:
            (
                "PostgreSQL does not let this user in (\(detail)): look at the user in --database and its password, in PGPASSWORD or ~/.pgpass",
                "PostgreSQL 不让这个用户进入（\(detail)）：请检查 --database 里的用户，以及 PGPASSWORD 或 ~/.pgpass 里的密码"
            )
        case .certificate:
            (
                "the connection is not as safe as --database asks (\(detail)): look at its sslmode and sslrootcert, and at the server's certificate",
                "连接达不到 --database 要求的安全（\(detail)）：请检查其中的 sslmode、sslrootcert 和服务器的证书"
            )
        case .absent:
            (
                "there is no such database (\(detail)): make it with createdb, or name another in --database",
                "没有这个数据库（\(detail)）：请用 createdb 建立，或在 --database 换一个"
            )
        case .tooOld:
            (
                "the server at --database is PostgreSQL \(detail), and 15 or newer is needed: upgrade it, or name another",
                "--database 的服务器是 PostgreSQL \(detail)，需要 15 或更新的版本：请升级，或换一个"
            )
        case .foreign:
            (
                "the database at --database belongs to another program (it has “\(detail)”): name an empty one",
                "--database 指的数据库属于别的程序（其中有“\(detail)”）：请指定一个空的"
            )
        case .permission:
            (
                "the user in --database may not do this (\(detail)): make it the owner of the database",
                "--database 里的用户没有这个权限（\(detail)）：请让它成为数据库的属主"
            )
        case .connections:
            (
                "the server at --database grants too few connections (\(detail)): lower CHARTER_CONNECTIONS, or raise max_connections",
                "--database 的服务器给的连接太少（\(detail)）：请调低 CHARTER_CONNECTIONS，或调高 max_connections"
            )
        case .unfenced:
            (
                "the user “\(detail)” in --database is a superuser or has BYPASSRLS, and PostgreSQL would not keep the companies apart for it: make a plain one with CREATE ROLE charter LOGIN PASSWORD '…', and have it own the database",
                "--database 里的用户“\(detail)”是超级用户或有 BYPASSRLS，PostgreSQL 不会为它隔开各公司：请用 CREATE ROLE charter LOGIN PASSWORD '…' 建一个普通用户，并让它成为数据库的属主"
            )
        }
    }

    private static func words(_ refusal: BackupRefusal) -> (String, String?) {
        switch refusal {
        case .exists(let path): ("\(path) exists already; name another one", "\(path) 已经存在；请换一个")
        case .faulty:
            (
                "the backup is damaged and nothing was restored; --no-verify restores it all the same",
                "备份已损坏，什么也没有恢复；加 --no-verify 可强行恢复"
            )
        }
    }

    private static func words(_ fault: ListenFault) -> (String, String?) {
        let place = "\(fault.host):\(fault.port)"
        return switch POSIXErrorCode(rawValue: fault.number ?? 0) {
        case .EADDRINUSE:
            (
                "the port \(place) is taken by another program: end that, or choose another with --port",
                "端口 \(place) 已被别的程序占用：请结束它，或用 --port 换一个"
            )
        case .EACCES, .EPERM:
            (
                "the port \(place) is not for ordinary programs: choose one above 1023 with --port",
                "普通程序不能用端口 \(place)：请用 --port 选 1023 以上的"
            )
        case .EADDRNOTAVAIL:
            (
                "\(fault.host) is no address of this machine: choose another with --host, such as 127.0.0.1",
                "\(fault.host) 不是本机的地址：请用 --host 换一个，如 127.0.0.1"
            )
        default:
            (
                "the server cannot listen on \(place): \(fault.text)",
                "服务无法监听 \(place)：\(fault.text)"
            )
        }
    }

    /// What the system said of a file or folder.
    private static func words(_ path: String?, _ code: POSIXErrorCode?) -> (String, String?) {
        let (english, chinese) = (path ?? "a file", path ?? "文件")
        return switch code {
        case .ENOENT, .ENOTDIR: ("there is no \(english): look at how it is written", "没有 \(chinese)：请检查写法")
        case .EACCES, .EPERM:
            (
                "\(english) may not be read or written by whoever runs this: change its owner or mode",
                "无权读写 \(chinese)：请改它的属主或权限"
            )
        case .EROFS: ("\(english) lies on a disk that cannot be written", "\(chinese) 所在的磁盘不能写入")
        case .ENOSPC: ("the disk of \(english) is full: make room, then try again", "\(chinese) 所在的磁盘已满：请腾出空间后再试")
        case .EEXIST: ("\(english) exists already; name another one", "\(chinese) 已经存在；请换一个")
        default: ("\(english) cannot be read or written", "\(chinese) 不能读写")
        }
    }

    private static func path(of error: CocoaError) -> String? {
        error.userInfo[NSFilePathErrorKey] as? String ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    }

    private static func errno(of error: CocoaError) -> POSIXErrorCode? {
        if let code = (error.userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code { return code }
        return switch error.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: .ENOENT
        case .fileReadNoPermission, .fileWriteNoPermission: .EACCES
        case .fileWriteFileExists: .EEXIST
        case .fileWriteOutOfSpace: .ENOSPC
        case .fileWriteVolumeReadOnly: .EROFS
        default: nil
        }
    }
}

/// Keys that cannot be used, with where they come from and the database that they are for.
struct KeyFault: Error {
    /// The key file, or `CHARTER_KEY`.
    let source: String
    let database: String
    let problem: Problem

    enum Problem {
        case ring(KeyRingError)
        case refused(KeyRefusal)
    }
}

/// The server did not get its address.
struct ListenFault: Error {
    let host: String
    let port: Int
    /// The system's number, where it gave one.
    let number: Int32?
    let text: String

    /// `nil` when the error is of another kind.
    init?(_ error: any Error, host: String, port: Int) {
        switch error {
        case let error as IOError: (number, text) = (error.errnoCode, "\(error)")
        case let error as SocketAddressError: (number, text) = (nil, "\(error)")
        default: return nil
        }
        self.host = host
        self.port = port
    }
}

extension Language {
    /// The language that `--language` names, else the terminal's.
    static func asked(_ word: String?) throws -> Language {
        guard let language = word.map(Language.init(rawValue:)) ?? .ofTerminal() else {
            throw Stop.misuse(
                "--language", word ?? "", expected: ("en, zh-Hans or zh-Hant", "en、zh-Hans 或 zh-Hant"))
        }
        return language
    }

    /// The language of whoever sits at the terminal: `--language`, else the environment's, else English.
    static func ofTerminal(
        arguments: [String] = CommandLine.arguments,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Language {
        for (index, argument) in arguments.enumerated() {
            let word =
                argument == "--language" && index + 1 < arguments.count
                ? arguments[index + 1]
                : argument.hasPrefix("--language=") ? String(argument.dropFirst("--language=".count)) : nil
            if let language = word.flatMap(Language.init(rawValue:)) { return language }
        }
        let name = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        guard name.hasPrefix("zh") else { return .english }
        return ["TW", "HK", "MO", "Hant"].contains { name.contains($0) } ? .traditional : .simplified
    }
}
