package io.gatehouse.formats.account;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.file.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The text of an account file, cut into lines: {@code name:enabled|disabled:group,group:credential:credential…},
 * comments that begin with {@code #}, and blank lines. Comments survive a rewrite.
 *
 * @param lines all lines in the file's order
 */
record AccountLines(List<Line> lines) {
    private static final int MOST_PROBLEMS = 20;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_CREDENTIAL = 1024;

    AccountLines {
        lines = List.copyOf(lines);
    }

    /** One line: its text without the line end, and the account that it holds unless it is blank or a comment. */
    record Line(String text, Optional<Account> account) {
        static Line of(Account account) {
            return new Line(format(account), Optional.of(account));
        }
    }

    /**
     * Reads a whole file.
     *
     * @param problems receives one sentence a problem, with line number and never with a credential; the result is to
     *     be used only when none was added
     */
    static AccountLines parse(byte[] file, List<String> problems) {
        byte[] content = Utf8.withoutMark(file);
        List<Line> lines = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        int start = 0;
        while (start < content.length) {
            int end = start;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            int number = lines.size() + 1;
            List<String> found = new ArrayList<>();
            Line line = parseLine(content, start, end, found);
            if (end == content.length) {
                found.add("the line does not end (expected a line feed; the file may be half written)");
            }
            line.account().ifPresent(account -> {
                Integer earlier = seen.putIfAbsent(account.name(), number);
                if (earlier != null) {
                    found.add("account " + account.name() + " stands in line " + earlier + " already");
                }
            });
            found.stream()
                    .limit(MOST_PROBLEMS - problems.size())
                    .forEach(problem -> problems.add("line " + number + ": " + problem));
            if (problems.size() >= MOST_PROBLEMS) {
                problems.add("and perhaps more");
                break;
            }
            lines.add(line);
            start = end + 1;
        }
        return new AccountLines(lines);
    }

    private static Line parseLine(byte[] content, int start, int end, List<String> problems) {
        int stop = end > start && content[end - 1] == '\r' ? end - 1 : end;
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, start, stop - start))
                    .toString();
        } catch (CharacterCodingException e) {
            problems.add("is not UTF-8");
            return new Line("", Optional.empty());
        }
        if (text.isBlank() || text.startsWith("#")) {
            return new Line(text, Optional.empty());
        }
        return new Line(text, parseAccount(text, problems));
    }

    private static Optional<Account> parseAccount(String text, List<String> problems) {
        String[] fields = text.split(":", -1);
        if (fields.length < 3) {
            problems.add("has " + fields.length
                    + " of the fields name:enabled|disabled:groups:credentials (expected 3 or more)");
            return Optional.empty();
        }
        int before = problems.size();
        checkName("account name", Account.normalise(fields[0]), problems);
        if (!fields[1].equals("enabled") && !fields[1].equals("disabled")) {
            problems.add("the second field is " + quote(fields[1]) + " (expected enabled or disabled)");
        }
        Set<String> groups = new LinkedHashSet<>();
        for (String group : fields[2].isEmpty() ? new String[0] : fields[2].split(",", -1)) {
            checkName("group name", group, problems);
            if (!groups.add(group)) {
                problems.add("group " + quote(group) + " stands twice");
            }
        }
        List<Secret> credentials = new ArrayList<>();
        for (int index = 3; index < fields.length; index++) {
            credentials.add(Secret.ofText(fields[index]));
        }
        checkCredentials(credentials, problems);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new Account(fields[0], fields[1].equals("enabled"), groups, credentials));
    }

    /** The line of {@code account}, without the line end. */
    static String format(Account account) {
        StringBuilder text = new StringBuilder(account.name())
                .append(account.enabled() ? ":enabled:" : ":disabled:")
                .append(String.join(",", account.groups().stream().sorted().toList()));
        account.credentials().forEach(credential -> text.append(':').append(credential.text()));
        return text.toString();
    }

    /** What keeps {@code account} from standing in a file; empty when it may. */
    static List<String> problems(Account account) {
        List<String> problems = new ArrayList<>();
        checkName("account name", account.name(), problems);
        account.groups().forEach(group -> checkName("group name", group, problems));
        checkCredentials(account.credentials(), problems);
        return problems;
    }

    private static void checkName(String what, String name, List<String> problems) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            problems.add(what + " has " + name.length() + " characters (expected 1 to " + LONGEST_NAME + ")");
        } else if (!name.codePoints().allMatch(AccountLines::isNameCharacter)) {
            problems.add(what + " " + quote(name) + " (expected letters, digits, '.', '_' and '-' only)");
        }
    }

    private static boolean isNameCharacter(int character) {
        return Character.isLetterOrDigit(character) || character == '.' || character == '_' || character == '-';
    }

    private static void checkCredentials(List<Secret> credentials, List<String> problems) {
        Set<String> kinds = new LinkedHashSet<>();
        for (int index = 0; index < credentials.size(); index++) {
            String text = credentials.get(index).text();
            String ordinal = "credential " + (index + 1);
            int second = text.indexOf('$', 1);
            if (!text.startsWith("$") || second < 2 || second > 20) {
                problems.add(ordinal + " is not in crypt notation (expected $kind$…)");
            } else if (text.length() > LONGEST_CREDENTIAL) {
                problems.add(ordinal + " has " + text.length() + " characters (expected at most " + LONGEST_CREDENTIAL
                        + ")");
            } else if (!text.chars().allMatch(character -> character > ' ' && character < 0x7f && character != ':')) {
                problems.add(ordinal + " holds a colon, a space or a character outside ASCII");
            } else if (!kinds.add(text.substring(0, second + 1))) {
                problems.add(ordinal + " is the second of its kind");
            }
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints().limit(LONGEST_NAME).forEach(character -> {
            if (Character.isLetterOrDigit(character) || (character >= ' ' && character < 0x7f)) {
                quoted.appendCodePoint(character);
            } else {
                quoted.append("\\u{").append(Integer.toHexString(character)).append('}');
            }
        });
        return quoted.append('\'').toString();
    }

    /** All accounts by their normalised name. */
    Map<String, Account> accounts() {
        Map<String, Account> accounts = new HashMap<>();
        lines.forEach(line -> line.account().ifPresent(account -> accounts.put(account.name(), account)));
        return Map.copyOf(accounts);
    }

    /** The file's bytes: every line ends with a line feed. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Line line : lines) {
            bytes.writeBytes(line.text().getBytes(StandardCharsets.UTF_8));
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }
}
