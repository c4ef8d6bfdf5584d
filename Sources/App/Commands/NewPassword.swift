import Foundation
import Organisations
import Policy

/// A new password as a command takes it: made, typed without being shown, or the first line of the standard input.
enum NewPassword {
    /// - Parameter making: whether the program makes one that serves once.
    static func read(making: Bool) throws -> String {
        if making { return PasswordHasher.oneTime() }
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else {
                throw Stop(
                    "no password came from the standard input: write it there, or have one made with --generate",
                    "标准输入里没有密码：请写在那里，或用 --generate 生成")
            }
            return line
        }
        let password = try typed("New password: ", "新密码：")
        guard try typed("Once more: ", "再输一次：") == password else {
            throw Stop("the two passwords differ; nothing was changed", "两次密码不一样；什么也没有改")
        }
        return password
    }

    private static func typed(_ english: String, _ chinese: String) throws -> String {
        func ask(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
        ask(Sentence.choose(english, chinese, .ofTerminal()))
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else {
            throw Stop("the terminal cannot hide what is typed", "终端无法隐藏输入")
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            ask("\n")
        }
        return readLine() ?? ""
    }

    /// What a refused password is told as.
    static func refusal(_ problem: FormFault.Problem) -> Stop {
        switch problem {
        case .tooLong(let maximum):
            Stop("the password is too long: at most \(maximum) characters", "密码太长：最多\(maximum)位")
        case .tooShort(let minimum):
            Stop("the password is too short: at least \(minimum) characters", "密码太短：至少\(minimum)位")
        default: Stop("the password cannot be used", "密码不能用")
        }
    }
}
