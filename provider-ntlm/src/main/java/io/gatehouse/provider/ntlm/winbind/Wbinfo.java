package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.provider.ntlm.validation.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks winbindd for names, SIDs and groups, by the program {@code wbinfo}. What comes from a client stands behind an
 * equals sign in one argument, so it can be neither an option nor a second argument; there is no shell. Safe for use by
 * many threads.
 */
final class Wbinfo {
    private static final Pattern ERROR = Pattern.compile("WBC_ERR_[A-Z_]+");
    /** What winbindd says when it does not know something, or its domain controller does not. */
    private static final List<String> UNKNOWN =
            List.of("WBC_ERR_DOMAIN_NOT_FOUND", "WBC_ERR_NOT_MAPPED", "WBC_ERR_UNKNOWN_USER", "WBC_ERR_INVALID_SID");

    private static final byte[] NO_INPUT = new byte[0];

    private final List<String> command;
    private final ProgramRunner runner;
    private final Optional<Path> xargs = Programs.find("xargs");

    /** @param command the full path of the program and arguments of its own */
    Wbinfo(List<String> command, ProgramRunner runner) {
        this.command = List.copyOf(command);
        this.runner = runner;
    }

    /** Whether winbindd answers at all. */
    boolean answers(Deadline deadline) {
        return ask("--ping", Optional::of, deadline) instanceof Query.Answered<String>;
    }

    Query<Character> separator(Deadline deadline) {
        return ask("--separator", WbinfoOutput::separator, deadline);
    }

    /** The NetBIOS name of the domain that this machine is a member of. */
    Query<String> ownDomain(Deadline deadline) {
        return ask("--own-domain", WbinfoOutput::ownDomain, deadline);
    }

    Query<WbinfoOutput.DomainInfo> domainInfo(String domain, Deadline deadline) {
        return ask("--domain-info=" + domain, WbinfoOutput::domainInfo, deadline);
    }

    /** @param name {@code DOMAIN\name} with winbind's separator, or a user principal name */
    Query<WbinfoOutput.TypedSid> sidOf(String name, Deadline deadline) {
        return ask("--name-to-sid=" + name, WbinfoOutput::sidOfName, deadline);
    }

    Query<WbinfoOutput.Name> nameOf(String sid, char separator, Deadline deadline) {
        return ask("--sid-to-name=" + sid, output -> WbinfoOutput.nameOfSid(output, separator), deadline);
    }

    /**
     * The SIDs of a user and of its groups, nested ones too, as the domain controller said at the user's last logon.
     */
    Query<List<String>> sidsOfUser(String sid, Deadline deadline) {
        return ask("--user-domgroups=" + sid, WbinfoOutput::sids, deadline);
    }

    /** @param sids of one domain: a domain that does not answer spoils the whole */
    Query<Map<String, WbinfoOutput.Name>> namesOf(List<String> sids, char separator, Deadline deadline) {
        return ask(
                "--lookup-sids=" + String.join(",", sids),
                output -> WbinfoOutput.namesOfSids(output, sids, separator),
                deadline);
    }

    private <T> Query<T> ask(String argument, Function<String, Optional<T>> parser, Deadline deadline) {
        List<String> whole = new ArrayList<>(command);
        byte[] input = NO_INPUT;
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(argument)) {
            whole.add(argument);
        } else if (xargs.isPresent()) {
            // The JVM writes arguments in the encoding of its locale, which a service may not have: xargs takes bytes.
            whole.addAll(0, List.of(xargs.get().toString(), "-0"));
            input = (argument + "\0").getBytes(StandardCharsets.UTF_8);
        } else {
            return new Query.Failed<>("no xargs, without which names outside ASCII cannot be looked up");
        }
        return switch (runner.run(whole, input, deadline)) {
            case ProgramRunner.Run.Failed(String why) -> new Query.Failed<>(why);
            case ProgramRunner.Run.Ended(int exitCode, String output, String errors) ->
                exitCode == 0
                        ? parser.apply(output)
                                .<Query<T>>map(Query.Answered::new)
                                .orElseGet(() -> new Query.Failed<>(
                                        "wbinfo " + option(argument) + " printed something else than expected"))
                        : failure(option(argument), exitCode, errors);
        };
    }

    private static <T> Query<T> failure(String option, int exitCode, String errors) {
        Matcher matcher = ERROR.matcher(errors);
        if (!matcher.find()) {
            return new Query.Failed<>("wbinfo " + option + " ended with exit code " + exitCode);
        }
        String why = "wbinfo " + option + " says " + matcher.group();
        return UNKNOWN.contains(matcher.group()) ? new Query.Unknown<>(why) : new Query.Failed<>(why);
    }

    private static String option(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? argument : argument.substring(0, equals);
    }
}
