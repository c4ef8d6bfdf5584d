/// Characters that names of people, companies and towns read in several ways.
///
/// The system's transform knows one reading of each character, whatever stands beside it (长安 is `zhang an` to it,
/// 地产 `de chan`), so those that are met in names are told here. What no name contains is left out: each further
/// reading is one more that everybody who bears the character answers to.
enum Polyphones {
    static func readings(of character: String) -> [String] { table[character] ?? [] }

    private static let table: [String: [String]] = Dictionary(
        text.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return (words[0], Array(words.dropFirst()))
        }, uniquingKeysWith: +)

    private static let text = """
        阿 a e
        柏 bai bo
        薄 bao bo
        堡 bao pu
        蚌 bang beng
        泊 po bo
        卜 bo bu
        参 can shen
        藏 cang zang
        曾 zeng ceng
        查 cha zha
        长 chang zhang
        朝 chao zhao
        晟 cheng sheng
        重 zhong chong
        褚 chu zhu
        传 chuan zhuan
        单 dan shan chan
        弹 dan tan
        地 di de
        调 diao tiao
        都 du dou
        洞 dong tong
        番 fan pan
        盖 gai ge
        谷 gu yu
        还 hai huan
        行 xing hang
        郇 xun huan
        会 hui kuai
        珲 hui hun
        纪 ji
        解 jie xie
        句 ju gou
        筠 jun yun
        浚 jun xun
        咖 ka ga
        卡 ka qia
        乐 le yue
        六 liu lu
        陆 lu liu
        率 lv shuai
        缪 mou miao
        模 mo mu
        牟 mou mu
        娜 na nuo
        乜 mie nie
        粘 zhan nian
        区 qu ou
        朴 pu piao
        覃 tan qin
        茄 jia qie
        茜 qian xi
        仇 chou qiu
        厦 sha xia
        莘 shen xin
        什 shen shi
        谌 chen shen
        拓 ta tuo
        圩 wei xu
        尉 wei yu
        隗 wei kui
        涡 wo guo
        荥 xing ying
        浒 hu xu
        嬛 huan xuan
        燕 yan
        员 yuan yun
        仔 zi zai
        翟 di zhai
        着 zhe zhuo
        枞 cong zong
        奘 zang zhuang
        琢 zuo zhuo
        """
}
