package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.testkit.process.RequiredTools;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Programs that take the place of {@code ntlm_auth} and {@code wbinfo}, and do wrong on demand what the real ones never
 * do.
 */
public final class FakeSamba {
    public static final String COMPUTER = "GWMEM";
    public static final String DOMAIN = "ADTEST";
    public static final String DOMAIN_SID = "S-1-5-21-1-2-3";

    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private final Path folder;
    private final Map<String, String> accounts = new LinkedHashMap<>();
    private final Map<String, String> wbinfo = new LinkedHashMap<>();
    private List<String> behaviours = List.of("right");
    private String start = "right";

    /** Programs in this folder. */
    public FakeSamba(Path folder) {
        RequiredTools.assumeFile(PYTHON, "python3");
        this.folder = folder;
        wbinfo.put("--ping", "Ping to winbindd succeeded\n");
        wbinfo.put("--own-domain", DOMAIN + "\n");
        wbinfo.put("--separator", "\\\n");
        wbinfo.put(
                "--domain-info=" + DOMAIN,
                "Name              : ADTEST\nAlt_Name          : ad.test\nSID               : " + DOMAIN_SID
                        + "\nActive Directory  : Yes\nNative            : Yes\nPrimary           : Yes\n");
        copy("fake-ntlm-auth.py");
        copy("fake-wbinfo.py");
        write();
    }

    private void copy(String program) {
        try (InputStream script = FakeSamba.class.getResourceAsStream(program)) {
            if (script == null) {
                throw new IllegalStateException(program);
            }
            Path file = folder.resolve(program);
            Files.copy(script, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An account of the domain with this relative identifier, member of these groups, whose identifiers are 2000 and
     * more.
     */
    public FakeSamba account(String name, String password, int rid, String... groups) {
        String sid = DOMAIN_SID + "-" + rid;
        accounts.put(name, "{%s, %s".formatted(field("hash", hash(password)), field("sid", sid)));
        wbinfo.put("--name-to-sid=" + DOMAIN + "\\" + name, sid + " SID_USER (1)\n");
        wbinfo.put("--name-to-sid=ad.test\\" + name, sid + " SID_USER (1)\n");
        wbinfo.put("--name-to-sid=" + name + "@ad.test", sid + " SID_USER (1)\n");
        wbinfo.put("--sid-to-name=" + sid, DOMAIN + "\\" + name + " 1\n");
        List<String> sids = new ArrayList<>();
        StringBuilder names = new StringBuilder();
        for (int index = 0; index < groups.length; index++) {
            sids.add(DOMAIN_SID + "-" + (2000 + index));
            names.append(sids.getLast() + " -> <none>\\" + groups[index] + " 2\n");
        }
        wbinfo.put(
                "--user-domgroups=" + sid,
                sid + "\n"
                        + String.join("", sids.stream().map(each -> each + "\n").toList()));
        wbinfo.put("--lookup-sids=" + String.join(",", sids), names.toString());
        write();
        return this;
    }

    /** Another spelling under which {@code ntlm_auth} knows an account. */
    public FakeSamba alias(String alias, String name) {
        accounts.put(alias, accounts.getOrDefault(name, ""));
        write();
        return this;
    }

    /** More of an account: {@code "disabled": true} or {@code "sessionKey": ""}. */
    public FakeSamba with(String name, String json) {
        accounts.merge(name, ", " + json, String::concat);
        write();
        return this;
    }

    /** What {@code wbinfo} answers: a text, or {@code !} with an error, or {@code hangs}. */
    public FakeSamba wbinfo(String question, String answer) {
        wbinfo.put(question, answer);
        write();
        return this;
    }

    /** How answers come; for each, one is drawn. */
    FakeSamba answering(String... ways) {
        behaviours = List.of(ways);
        write();
        return this;
    }

    /** What {@code ntlm_auth} does when it starts: {@code dies}, {@code speaks} or {@code complains}. */
    FakeSamba starting(String way) {
        start = way;
        write();
        return this;
    }

    private void write() {
        String text = accounts.entrySet().stream()
                .map(entry -> quote(entry.getKey()) + ": " + entry.getValue() + "}")
                .collect(Collectors.joining(", ", "{\"accounts\": {", "}, "));
        text += wbinfo.entrySet().stream()
                .map(entry -> field(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ", "\"wbinfo\": {", "}, "));
        text += behaviours.stream().map(FakeSamba::quote).collect(Collectors.joining(", ", "\"behaviours\": [", "], "));
        text += "%s, %s, %s}".formatted(field("start", start), field("computer", COMPUTER), field("domain", DOMAIN));
        try {
            Files.writeString(folder.resolve("fake.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(String name, String value) {
        return quote(name) + ": " + quote(value);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String hash(String password) {
        return HexFormat.of().formatHex(NtlmCrypto.ntHash(password));
    }

    List<String> ntlmAuth() {
        return List.of(folder.resolve("fake-ntlm-auth.py").toString());
    }

    /** A configuration with these programs. */
    public WinbindConfig config(int processes, Duration timeout) {
        return new WinbindConfig(
                ntlmAuth(),
                List.of(folder.resolve("fake-wbinfo.py").toString()),
                processes,
                timeout,
                Duration.ofMinutes(2));
    }

    /** What every start of {@code ntlm_auth} noted: process number, environment and arguments. */
    List<String> starts() {
        return lines("starts");
    }

    /** The arguments of every {@code wbinfo}. */
    List<String> questions() {
        return lines("questions");
    }

    private List<String> lines(String file) {
        try {
            Path path = folder.resolve(file);
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The helpers that live, however they were started. */
    List<ProcessHandle> living() {
        return starts().stream()
                .map(Pattern.compile("\"pid\": ([0-9]+)")::matcher)
                .filter(Matcher::find)
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.group(1))).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    /** The 16 bytes in a {@code Yes}. */
    static Secret key(HelperAnswer answer) {
        return ((HelperAnswer.Yes) answer).sessionKey().orElseThrow();
    }
}
