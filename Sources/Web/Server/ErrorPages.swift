import Cases
import Customers
import Foundation
import Hummingbird
import HTTPTypes
import Logging
import Members
import Obligations
import Organisations
public import Policy
import Primitives
import Storage

/// What went wrong, as a status and as words that say what to do.
struct Answer {
    let status: HTTPResponse.Status
    /// The machine's word for it, `changed_meanwhile`.
    let code: String
    let title: String
    let text: String
    var faults: [FormFault] = []
    var clauses: [Clause.Key] = []
    var retryAfter: Int?

    /// The one place where an error becomes a status; routes do not catch for it.
    init(_ error: any Error, words: Words, charter: Charter?) {
        let language = words.language
        switch error {
        case let faults as FormFaults:
            status = .unprocessableContent
            code = "form_faults"
            title = words("还有几处要改")
            text = faults.faults.map { $0.field + ": " + $0.problem.text(words) }.joined(separator: "; ")
            self.faults = faults.faults
        case let denial as Denial:
            status = .forbidden
            code = "denied"
            title = words("这一步不归你的岗位")
            let allowed = (charter?.posts ?? []).filter { post in
                post.key != denial.post && post.may[denial.action].map { $0 >= denial.wanted } ?? false
            }.map { $0.title[language] }
            text =
                allowed.isEmpty
                ? words("没有岗位有此权限；可请管理员在制度中授权。")
                : words("可找：{0}。", allowed.joined(separator: language == .english ? ", " : "、"))
        case let refusal as WorkflowRefusal:
            (status, code, title, text) = Answer.parts(of: refusal, words: words, charter: charter)
            clauses = refusal.clauses
        case let refusal as ObligationService.Refusal:
            switch refusal {
            case .metByEvent(_, let clause):
                status = .conflict
                code = "met_by_event"
                title = words("这项待办由别处的一步了结")
                text = words("打开它所属的事务，办那一步即可。")
                clauses = [clause]
            case .notTheHolder(let clause):
                status = .conflict
                code = "not_the_holder"
                title = words("这项待办由别人办")
                text = words("请应办人办结，或请经理转办给你。")
                clauses = [clause]
            case .notTheirs(let clause, let posts):
                status = .unprocessableContent
                code = "not_theirs"
                title = words("这项待办不归这个人办")
                let names = posts.map { charter?.post($0)?.title[language] ?? $0 }
                text = words(
                    "按{0}可办的岗位：{1}；请转给其中一位。", clause, names.joined(separator: language == .english ? ", " : "、"))
                clauses = [clause]
            case .outOfTheirSight(let clause):
                status = .unprocessableContent
                code = "out_of_sight"
                title = words("这个人看不到这项待办所涉的事")
                text = words("{0}要办的事务或客户不在其权限内；请转给看得到的人。", clause)
                clauses = [clause]
            case .notPausable(let keys):
                status = .conflict
                code = "not_pausable"
                title = words("这件事务不能暂停")
                text = words("制度没有让现在要办的等客户，或已逾期；请照常办理。")
                clauses = keys
            case .closed(_, let clause):
                status = .conflict
                code = "closed"
                title = words("这项待办已了结")
                text = words("刷新页面可看到是谁在何时办的。")
                clauses = [clause]
            }
        case let refusals as MemberRefusals:
            status = .unprocessableContent
            code = "member_refused"
            title = words("不能这样办理")
            clauses = refusals.refusals.compactMap(\.clause)
            text = Answer.text(of: refusals, words: words, charter: charter)
        case is MemberService.NoProgramme:
            status = .conflict
            code = "no_membership"
            title = words("制度里没有会员制度")
            text = words("施行的制度没有“membership:”部分；采用有会员制度的版本后再办理。")
        case is MemberService.NoStoredValue:
            status = .conflict
            code = "no_stored_value"
            title = words("制度里没有储值")
            text = words("施行的制度没有“stored_value:”部分；采用有储值的版本后再办理。")
        case let refusal as CaseListRefusal:
            (status, code, title, text) = Answer.parts(of: refusal, words: words)
        case let refusal as AttachmentRefusal:
            (status, code, title, text) = Answer.parts(of: refusal, words: words)
        case let conflict as EditConflict:
            status = .conflict
            code = "changed_meanwhile"
            title = words("有人先改了")
            text = words("{0}先改了；刷新看最新内容，比较后再存。", conflict.changedBy ?? words("系统"))
        case is IdempotencyConflict:
            status = .conflict
            code = "idempotency_conflict"
            title = words("这张表已经交过")
            text = words("先看看已登记的；要另办一件，请重新打开表。")
        case SignInService.SignInRefusal.wrong(let left):
            status = .unprocessableContent
            code = "wrong_password"
            title = words("密码不对")
            text = words("还可试{0}次。", String(left))
        case SignInService.SignInRefusal.locked(let minutes):
            status = .tooManyRequests
            code = "locked"
            title = words("试错太多，已锁定")
            text = words("{0}分钟后再试，或请管理员重设。", String(minutes))
            retryAfter = minutes * 60
        case PasswordRefusal.noSignIn:
            status = .conflict
            code = "no_sign_in"
            title = words("这个人不能登录")
            text = words("没有用户名，或已离职；没有密码可设。")
        case PasswordRefusal.own:
            status = .conflict
            code = "own_password"
            title = words("自己的密码要自己改")
            text = words("请用“修改密码”；忘了的，请另一位管理员重设。")
        case AdoptionRefusal.otherCharter(let own, let found):
            status = .conflict
            code = "other_charter"
            title = words("这是另一本制度")
            text = words("这本是“{0}”，公司施行的是“{1}”；请给它的新版。", found, own)
        case AdoptionRefusal.heldPosts(let posts):
            status = .conflict
            code = "held_posts"
            title = words("这一版没有了还有人在任的岗位")
            text = words(
                "{0}。请先在这一版保留这些岗位，把人调走，下一版再去掉。",
                posts.map { words("{0}（{1}）：{2}人", $0.title?[language] ?? $0.key, $0.key, String($0.people)) }
                    .joined(separator: language == .english ? "; " : "、"))
        case let used as UnitInUse:
            status = .conflict
            code = "unit_in_use"
            title = words("单位还不能撤销")
            text = words("里面还有{0}。请先转到别的单位。", used.text(words))
        case is TopmostUnit:
            status = .conflict
            code = "topmost_unit"
            title = words("最上一级单位不能移动或撤销")
            text = words("可以改名；其余单位都在它之下。")
        case is LastAdministrator:
            status = .conflict
            code = "last_administrator"
            title = words("这是最后一位管理员")
            text = words("请先登记另一位管理员，再办理离职。")
        case FactService.Refusal.undeclared(let event, let nearest):
            status = .notFound
            code = "undeclared_fact"
            title = words("制度没有声明这种事实")
            text =
                nearest.map { words("没有“{0}”；是不是“{1}”。", event, $0) }
                ?? words("没有“{0}”；可从“登记事实”里选。", event)
        case FactService.Refusal.wrongSubject:
            status = .unprocessableContent
            code = "wrong_subject"
            title = words("这种事实不是关于它的")
            text = words("从“登记事实”里重新选。")
        case PortalRefusal.noPortal:
            status = .notFound
            code = "no_portal"
            title = words("这里不受理")
            text = words("制度没有把这一项开放给顾客；请致电或到店。")
        case PortalRefusal.nobodyThere:
            status = .serviceUnavailable
            code = "nobody_there"
            title = words("现在没有人能受理")
            text = words("请致电或到店；这次没有登记。")
        case PortalRefusal.noPhoto:
            status = .unprocessableContent
            code = "no_photo"
            title = words("这不是照片")
            text = words("可发JPEG、PNG、WebP、GIF或HEIC照片；请换一张。")
        case PortalRefusal.tooManyPhotos(let most):
            status = .conflict
            code = "too_many_photos"
            title = words("照片够多了")
            text = words("一件事最多{0}张；其余请在来电时说。", String(most))
        case PortalRefusal.tooManyWords:
            status = .tooManyRequests
            code = "too_many_words"
            title = words("今天说得够多了")
            text = words("经办人已经看到；请明天再补充，或致电。")
            retryAfter = 3600
        case PortalRefusal.nothingToSign:
            status = .conflict
            code = "nothing_to_sign"
            title = words("没有要签的")
            text = words("现在没有等您签字的内容；可回到查询页看进展。")
        case PortalRefusal.changed:
            status = .conflict
            code = "changed_meanwhile"
            title = words("内容已经改了")
            text = words("您看过之后内容改过；请重新打开，看过再签。")
        case let error as StorageError:
            (status, code, title, text) = Answer.parts(of: error, words: words)
            if status == .serviceUnavailable { retryAfter = 2 }
        case is FormTokenMismatch, RequestFault.crossSite:
            status = .forbidden
            code = "form_token"
            title = words("这张表已过期")
            text = words("返回上一页，刷新后再提交；填过的内容可先复制。")
        case RequestFault.tooLarge(let limit):
            status = .contentTooLarge
            code = "too_large"
            title = words("内容太大")
            text = words("最多{0}KB；请删减后再提交。", String(limit / 1024))
        case RequestFault.notUTF8:
            status = .badRequest
            code = "not_utf8"
            title = words("内容不是UTF-8文字")
            text = words("请用UTF-8编码再提交。")
        case RequestFault.notAForm:
            status = .unsupportedMediaType
            code = "not_a_form"
            title = words("不认识这种内容")
            text = words("页面接受表单，接口接受JSON。")
        case RequestFault.tooManyRequests(let seconds):
            status = .tooManyRequests
            code = "too_many_requests"
            title = words("试得太多次了")
            text =
                seconds < 120
                ? words("{0}秒后再试。", String(seconds)) : words("请过{0}分钟再试。", String((seconds + 59) / 60))
            retryAfter = seconds
        case let error as HTTPError where error.status == .notFound:
            (status, code, title, text) = Answer.parts(of: .notFound("page"), words: words)
        case let error as HTTPError where error.status.code < 500:
            status = error.status
            code = "http_\(error.status.code)"
            title = words("请求有误")
            text = words("请检查地址与内容。")
        default:
            status = .internalServerError
            code = "internal"
            title = words("程序出错了")
            text = words("已记录。请把下面的编号告诉管理员；你填的内容没有保存。")
        }
    }

    private static func text(of refusals: MemberRefusals, words: Words, charter: Charter?) -> String {
        guard let programme = charter?.membership else { return "" }
        let zone = charter?.calendar.zone ?? .utc
        return MemberResults(programme: programme, zone: zone, language: words.language).lines(refusals.refusals)
            .map(\.text).joined(separator: words.language == .english ? "; " : "；")
    }

    private static func parts(of error: StorageError, words: Words) -> (HTTPResponse.Status, String, String, String) {
        switch error {
        case .notFound:
            (.notFound, "not_found", words("没有找到"), words("它可能已移走，或不在你的权限内；可用搜索再找。"))
        case .changedMeanwhile:
            (.conflict, "changed_meanwhile", words("有人先改了"), words("刷新看最新内容，比较后再存。"))
        case .duplicate:
            (.conflict, "duplicate", words("已经有了"), words("同样的内容已存在；请打开原有的那一份。"))
        case .diskFull:
            (
                .init(code: 507, reasonPhrase: "Insufficient Storage"), "disk_full", words("磁盘已满，没有保存"),
                words("请管理员腾出空间后再提交；已存的内容没有受损。")
            )
        case .unavailable:
            (.serviceUnavailable, "unavailable", words("暂时忙不过来"), words("几秒后再试；这次没有保存。"))
        case .uncertain:
            (
                .serviceUnavailable, "uncertain", words("不知是否已保存"),
                words("保存时与数据库断开了。请先查看内容是否已在，再决定要不要重做。")
            )
        case .newerSchema, .unreadable, .file, .server, .engine:
            (
                .internalServerError, "internal", words("程序出错了"),
                words("已记录。请把下面的编号告诉管理员；你填的内容没有保存。")
            )
        }
    }

    private static func parts(
        of refusal: CaseListRefusal, words: Words
    ) -> (HTTPResponse.Status, String, String, String) {
        switch refusal {
        case .tooManyViews(let most):
            (.conflict, "too_many_views", words("视图太多"), words("每人最多{0}个；先删去不用的。", String(most)))
        case .nothingChosen:
            (.unprocessableContent, "nothing_chosen", words("还没有选事务"), words("在列表里选几件，再办。"))
        case .nothingToDo:
            (.unprocessableContent, "nothing_to_do", words("还没有选要办的事"), words("在列表里选要办的事，再办。"))
        case .tooManyChosen(let most):
            (.unprocessableContent, "too_many_chosen", words("一次选得太多"), words("最多{0}件；分几次办。", String(most)))
        case .signedOneByOne:
            (.conflict, "signed_one_by_one", words("签字要逐件办"), words("打开事务，看过内容再签。"))
        case .nothingOwed:
            (.conflict, "nothing_owed", words("这件事务没有待办可转"), words("没有人应办什么；要继续，先办下一步。"))
        case .sameHandler:
            (.conflict, "same_handler", words("已经由这个人经手"), words("请选别人。"))
        case .alreadyPaused:
            (.conflict, "already_paused", words("这件事务已在暂停"), words("先恢复办理。"))
        case .notPaused:
            (.conflict, "not_paused", words("这件事务没有暂停"), words("刷新页面，看现在的情形。"))
        case .mergeOfOthers:
            (
                .unprocessableContent, "merge_of_others", words("这两件不能合并"),
                words("只有同一位客户、同一流程的事务能合并。")
            )
        case .mergeIntoLater:
            (.unprocessableContent, "merge_into_later", words("后登记的并入先登记的"), words("请打开后登记的那一件来合并。"))
        case .mergeOfClosed:
            (.conflict, "merge_of_closed", words("已了结的事务不能合并"), words("两件都未了结才能合并。"))
        case .notMerged:
            (.conflict, "not_merged", words("这件事务没有并入别的"), words("刷新页面，看现在的情形。"))
        case .mergedBefore:
            (.conflict, "merged_before", words("只有当天能拆开"), words("请在合并后的那一件里接着办。"))
        case .concernedReceiver:
            (.unprocessableContent, "concerned_receiver", words("这件事与接手人有关"), words("当事人不能经手，请转给别人。"))
        }
    }

    private static func parts(
        of refusal: AttachmentRefusal, words: Words
    ) -> (HTTPResponse.Status, String, String, String) {
        switch refusal {
        case .empty: (.unprocessableContent, "empty_file", words("文件是空的"), words("请选有内容的文件再传。"))
        case .tooLarge(let limit):
            (
                .contentTooLarge, "file_too_large", words("文件太大"),
                words("每个文件最多{0}；请压缩或分成几个再传。", ByteWords.size(limit))
            )
        case .unknownKind:
            (
                .unprocessableContent, "unknown_file", words("不收这种文件"),
                words("可传图片、PDF、文字（UTF-8或GB18030）、CSV、办公文档、录音、录像；请换成其中一种。")
            )
        case .lying(let claimed, let found):
            (
                .unprocessableContent, "lying_file", words("文件名与内容不符"),
                words("它自称{0}，内容却是{1}；请按内容改好名字再传。", claimed, found.title(words))
            )
        case .running:
            (
                .unprocessableContent, "running_file", words("不收网页和程序"),
                words("HTML、SVG、脚本和可执行文件都不收；要作凭证请截图或存成PDF。")
            )
        case .noFile: (.unprocessableContent, "no_file", words("没有选文件"), words("请先选一个文件再传。"))
        case .closed: (.conflict, "case_closed", words("这件事务已了结"), words("了结的事务不再收附件；要补充请先重新打开。"))
        case .tooMany(let most):
            (.conflict, "too_many_files", words("附件已满"), words("一件事务最多{0}个附件；请合并后再传。", String(most)))
        case .inUse: (.conflict, "file_in_use", words("附件已用于表单"), words("表单里列了它，不能撤回；可另传一份新的。"))
        case .withdrawn: (.conflict, "already_withdrawn", words("附件已经撤回"), words("刷新页面可看到是谁在何时撤回的。"))
        }
    }

    private static func parts(
        of refusal: WorkflowRefusal, words: Words, charter: Charter?
    ) -> (HTTPResponse.Status, String, String, String) {
        let language = words.language
        let comma = language == .english ? ", " : "、"
        switch refusal.reason {
        case .unknownWorkflow(let key):
            return (
                .notFound, "unknown_workflow", words("制度里没有这个流程"),
                words("没有“{0}”；可从“新建”里选。", key)
            )
        case .unknownMove(let key, let nearest):
            return (
                .notFound, "unknown_move", words("这个流程里没有这一步"),
                nearest.map { words("没有“{0}”；是不是“{1}”。", key, $0) }
                    ?? words("没有“{0}”；打开事务，看现在能办哪一步。", key)
            )
        case .notPermitted(_, let allowed):
            let posts = allowed.map { charter?.post($0)?.title[language] ?? $0 }.joined(separator: comma)
            return (.forbidden, "not_permitted", words("这一步不归你的岗位"), words("制度规定由{0}办。", posts))
        case .wrongState(_, let moves):
            return (
                .conflict, "wrong_state", words("事务已不在这一步"),
                moves.isEmpty ? words("这件事务已了结。") : words("返回事务，看现在能办哪一步。")
            )
        case .alreadyDone:
            return (.conflict, "already_done", words("这一步已经办过"), words("制度规定只办一次；经过里可看到记录。"))
        case .tooEarly(let needs):
            let names = needs.map { key in
                charter?.workflows.lazy.flatMap(\.states).flatMap(\.moves).first { $0.key == key }?.title[language]
                    ?? key
            }.joined(separator: comma)
            return (.conflict, "too_early", words("还不到这一步"), words("制度规定先办：{0}。", names))
        case .concerned:
            return (.forbidden, "concerned", words("这件事与你有关"), words("制度规定当事人不能办这一步，请由别人办。"))
        case .anotherPerson:
            return (.forbidden, "another_person", words("这一步要本人办"), words("制度规定只有事务里写明的那个人能办。"))
        case .merged(let reference):
            return (
                .conflict, "merged", words("这件事务已并入{0}", reference), words("请打开那一件，在那里办。")
            )
        case .filesMissing(let needs, let has):
            return (
                .conflict, "files_missing", words("还缺附件"),
                words("制度规定这一步要有{0}个附件，现有{1}个；请先添加。", String(needs), String(has))
            )
        case .nothingToSign(let form):
            let title = charter?.form(form)?.title[language] ?? form
            return (.conflict, "nothing_to_sign", words("还没有可签的内容"), words("请先填好“{0}”。", title))
        }
    }
}

extension FormFault.Problem {
    public func text(_ words: Words) -> String {
        switch self {
        case .missing: words("请填写")
        case .tooLong(let maximum): words("最多{0}字", String(maximum))
        case .tooShort(let minimum): words("至少{0}位", String(minimum))
        case .notAChoice: words("请从列表里选一项")
        case .notAFlag: words("请选是或否")
        case .notANumber: words("请填整数")
        case .belowMinimum(let minimum): words("不能小于{0}", String(minimum))
        case .aboveMaximum(let maximum): words("不能大于{0}", String(maximum))
        case .notAnAmount: words("请填金额，最多两位小数，如 200.00")
        case .notADate: words("请填日期，如 2026-10-09")
        case .notATime: words("请填时间，如 2026-10-09 09:30")
        case .afterToday: words("这是已发生的事，日期不能在今天以后")
        case .afterNow: words("这是已发生的事，时间不能晚于现在")
        case .unknownReference: words("没有找到，请重新选择")
        case .unknownField(let nearest):
            nearest.map { words("没有这一项；是不是{0}", $0) } ?? words("没有这一项")
        case .unreadable: words("含有不能显示的字符")
        case .notAPhone: words("请填电话号码，如 13800005678")
        case .notAnEmail: words("请填邮箱，如 name@example.com")
        case .notAnIdentityNumber: words("证件号不对，请核对末位")
        case .taken: words("已被使用，请换一个")
        case .notABirthday: words("请填生日，如 1980-11-21 或 农历八月三十")
        case .impossibleDate: words("没有这一天")
        case .implausibleDate: words("日期在今天以后，或早得不合情理")
        case .tooMany(let maximum): words("最多{0}项", String(maximum))
        case .twice: words("重复了")
        case .unchanged: words("和现在的一样，请换一个")
        case .onlyOfCompanies: words("只有公司客户才有")
        case .workedOut: words("这一项由程序算出，不用填")
        case .unsaid(let phrases, let clause):
            words("“{0}”不能对客户说（{1}）；请改写，或在下面写明理由", phrases.joined(separator: "”“"), clause ?? "")
        case .notOfThatPost: words("这一条不适用于这个人的岗位")
        case .amountBelow(let least): words("不能少于{0}元", least.yuan)
        case .amountAbove(let most): words("不能多于{0}元", most.yuan)
        case .inRow(let row, _, let problem): words("第{0}行：{1}", String(row), problem.text(words))
        }
    }
}
