import Cases
import Customers
import HTTPTypes
import Hummingbird
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

/// An error as RFC 9457 tells it to programs, in the caller's language.
struct Problem: Encodable {
    let type: String
    let title: String
    var status: Int
    let detail: String
    /// The machine's word for it, `changed_meanwhile`.
    let code: String
    var faults: [Fault] = []
    var clauses: [String] = []
    /// The number under which the log knows the request.
    let request: String
    /// Of a conflict: what is stored now, who stored it and when.
    var revision: Int?
    var changedBy: String?
    var changedAt: String?
    /// The permission that a token lacks.
    var scope: String?
    /// All that is wrong with a charter's text.
    var errors: [CharterFaultJSON]?
    /// The run in which a list was imported before.
    var run: String?
    private var headers: HTTPFields = [:]

    struct Fault: Encodable {
        let field: String
        let message: String
    }

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, faults, clauses, request, revision, changedBy = "changed_by",
            changedAt = "changed_at", scope, errors, run
    }

    init(_ error: any Error, words: Words, charter: Charter?, request: String) {
        switch error {
        case let fault as APIFault: self.init(fault, words: words, request: request)
        case let conflict as EditConflict:
            let zone = charter?.calendar.zone ?? .utc
            self.init(
                409, "changed_meanwhile", words("有人先改了"),
                words("{0}先存了；取最新内容，比较后再存。", conflict.changedBy ?? words("系统")), request)
            revision = conflict.revision
            changedBy = conflict.changedBy
            changedAt = zone.rfc3339(conflict.changedAt)
        case is IdempotencyConflict:
            self.init(
                409, "idempotency_conflict", words("这个Idempotency-Key已用于另一个请求"),
                words("内容不同的请求请换一个键。"), request)
        case let used as UnitInUse:
            self.init(
                409, "unit_in_use", words("单位还不能撤销"), words("里面还有{0}。请先转到别的单位。", used.text(words)), request)
        case is TopmostUnit:
            self.init(
                409, "topmost_unit", words("最上一级单位不能移动或撤销"), words("可以改名；其余单位都在它之下。"), request)
        case is LastAdministrator:
            self.init(
                409, "last_administrator", words("这是最后一位管理员"), words("请先登记另一位管理员，再办理离职。"), request)
        case FactService.Refusal.undeclared(let event, let nearest):
            self.init(
                422, "unknown_fact", words("制度里没有这种事实"), words("“{0}”没有声明；见制度的facts。", event), request)
            faults = [Fault(field: "event", message: APIFault.Unfit.Problem.unknown(nearest: nearest).text(words))]
        case FactService.Refusal.wrongSubject(let expected):
            self.init(
                422, "wrong_subject", words("这种事实说的是别的对象"), words("subject.kind应为{0}。", expected.rawValue), request)
            faults = [
                Fault(
                    field: "subject.kind",
                    message: APIFault.Unfit.Problem.notOneOf([expected.rawValue]).text(words))
            ]
        case let charter as CharterFaults:
            let count = charter.faults.count { $0.isError }
            self.init(
                422, "charter_faults", words("制度有错，没有采用"), words("有{0}处错误；每处见errors。", String(count)), request)
            faults = [Fault(field: "yaml", message: words("制度有错，没有采用"))]
            errors = charter.faults.map { CharterFaultJSON($0, in: words.language) }
        case let refusal as ImportRefusal:
            let told = ImportRefusalJSON(refusal, words)
            let isConflict = told.run != nil || refusal == .alreadyUndone
            self.init(isConflict ? 409 : 422, told.code, words("不能这样导入"), told.message, request)
            faults = told.fields.map { Fault(field: $0, message: told.message) }
            run = told.run
        default:
            let answer = Answer(error, words: words, charter: charter)
            self.init(Int(answer.status.code), answer.code, answer.title, answer.text, request)
            faults = answer.faults.map { Fault(field: $0.field, message: $0.problem.text(words)) }
            clauses = answer.clauses
            if let seconds = answer.retryAfter { headers[.retryAfter] = String(seconds) }
            // A page has the move in its address; here it is a member of the body.
            if case .unknownMove(_, let nearest)? = (error as? WorkflowRefusal)?.reason {
                status = 422
                faults = [Fault(field: "move", message: APIFault.Unfit.Problem.unknown(nearest: nearest).text(words))]
            }
        }
    }

    private init(_ status: Int, _ code: String, _ title: String, _ detail: String, _ request: String) {
        type = "urn:charter:problem:" + code
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        self.request = request
    }

    private init(_ fault: APIFault, words: Words, request: String) {
        switch fault {
        case .unauthorised(let hasToken):
            self.init(
                401, "unauthorised", words("需要有效的令牌"),
                words("请在Authorization里带上Bearer令牌；令牌由charter token命令发放。"), request)
            headers[.wwwAuthenticate] = "Bearer realm=\"charter\"" + (hasToken ? ", error=\"invalid_token\"" : "")
        case .tokenScope(let action):
            self.init(
                403, "token_scope", words("这个令牌不含此权限"),
                words("令牌要有{0}；请另发一个含此权限的令牌。", action.rawValue), request)
            scope = action.rawValue
            headers[.wwwAuthenticate] =
                "Bearer realm=\"charter\", error=\"insufficient_scope\", scope=\"\(action.rawValue)\""
        case .methodNotAllowed(let allowed):
            let methods = (allowed + (allowed.contains(.get) ? [.head] : [])).map(\.rawValue).sorted()
                .joined(separator: ", ")
            self.init(405, "method_not_allowed", words("这个地址不接受这种方法"), words("可用：{0}。", methods), request)
            headers[.allow] = methods
        case .notAcceptable:
            self.init(406, "not_acceptable", words("只能以JSON回答"), words("Accept里请包含application/json。"), request)
        case .notJSON:
            self.init(415, "not_json", words("不认识这种内容"), words("请以application/json（UTF-8）提交。"), request)
            headers[.accept] = MediaType.json
        case .neitherJSONNorCSV:
            self.init(
                415, "not_json", words("不认识这种内容"),
                words("请以application/json（UTF-8），或text/csv（charset为utf-8或gb18030）提交。"), request)
            headers[.accept] = "\(MediaType.json), \(MediaType.csv)"
        case .notAFile:
            self.init(
                400, "not_a_form", words("读不懂这张表"),
                words("请以multipart/form-data提交名为file的一个文件，或直接以文件为内容。"), request)
        case .malformed(let reason):
            self.init(400, "malformed", words("读不懂的JSON"), Self.text(of: reason, words), request)
        case .tooLarge(let limit):
            self.init(413, "too_large", words("内容太大"), words("最多{0}KB；请删减后再提交。", String(limit / 1024)), request)
        case .tooMany(let seconds):
            self.init(429, "too_many_requests", words("请求太频繁"), words("{0}秒后再试。", String(seconds)), request)
            headers[.retryAfter] = String(seconds)
        case .unfit(let places):
            let told = places.map { Fault(field: $0.field, message: $0.problem.text(words)) }
            self.init(
                400, "unfit", words("请求不合接口的约定"),
                told.map { ($0.field.isEmpty ? "" : $0.field + ": ") + $0.message }.joined(separator: "; "), request)
            faults = told
        case .preconditionRequired:
            self.init(
                428, "revision_required", words("请说明你改的是哪一版"), words("把读到的ETag放进If-Match，或在内容里给出revision。"), request)
        case .notText:
            self.init(400, "not_text", words("地址里有不能显示的字符"), words("请用UTF-8和百分号编码。"), request)
        }
    }

    private static func text(of reason: JSONText.Fault, _ words: Words) -> String {
        switch reason {
        case .notUTF8: words("请用UTF-8编码再提交。")
        case .syntax(let index): words("第{0}个字节处有语法错误。", String(index + 1))
        case .tooDeep: words("嵌套超过{0}层。", String(JSONText.deepest))
        case .twice(let name): words("“{0}”出现了两次。", name)
        case .nul: words("含有不能显示的字符")
        }
    }

    func response(in language: Language) -> Response {
        var headers = headers
        headers[.contentType] = MediaType.problem
        headers[.contentLanguage] = language.rawValue
        headers[.cacheControl] = "no-store"
        // Texts and whole numbers always encode.
        let body = (try? APIJSON.bytes(of: self)) ?? []
        return Response(
            status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
