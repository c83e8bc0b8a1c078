package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import jcifs.ntlmssp.Type2Message;
import jcifs.ntlmssp.av.AvPair;
import jcifs.ntlmssp.av.AvPairs;

/**
 * Reads the names of machine and domain from winbindd.
 *
 * <p>The computer name in the challenge must be that of the machine account, or the domain controller refuses every
 * response. {@code wbinfo} does not tell it; but {@code ntlm_auth}, asked to challenge a client itself, puts it into
 * its own challenge.
 */
final class JoinedDomainReader {
    /** A type 1 message of MS-NLMP 2.2.1.1 that offers Unicode and NTLM, and asks for the target. */
    private static final String CHALLENGE_ME = "YR TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=\n";

    private static final String CHALLENGER = "--helper-protocol=squid-2.5-ntlmssp";
    private static final String CHALLENGE = "TT ";
    private static final int NETBIOS_COMPUTER = 1;
    private static final int NETBIOS_DOMAIN = 2;
    /** A NetBIOS name without the characters that cannot stand in one, and without space. */
    private static final Pattern NETBIOS_NAME = Pattern.compile("[^\\s\\p{Cntrl}\"/\\\\\\[\\]:|<>+=;,?*]{1,15}");

    private final List<String> ntlmAuth;
    private final Wbinfo wbinfo;
    private final ProgramRunner runner;

    JoinedDomainReader(List<String> ntlmAuth, Wbinfo wbinfo, ProgramRunner runner) {
        this.ntlmAuth = List.copyOf(ntlmAuth);
        this.wbinfo = wbinfo;
        this.runner = runner;
    }

    /**
     * Asks winbindd, until {@code deadline} at most.
     *
     * @throws ValidatorUnavailableException when it does not answer, or its answers make no sense
     */
    JoinedDomain read(Deadline deadline) throws ValidatorUnavailableException {
        String own = answer(wbinfo.ownDomain(deadline));
        WbinfoOutput.DomainInfo domain = answer(wbinfo.domainInfo(own, deadline));
        char separator = answer(wbinfo.separator(deadline));
        List<AvPair> pairs = targetInformation(deadline);
        String computer = text(pairs, NETBIOS_COMPUTER);
        String challengeDomain = text(pairs, NETBIOS_DOMAIN);
        if (!NETBIOS_NAME.matcher(computer).matches()) {
            throw new ValidatorUnavailableException("ntlm_auth does not tell the computer's NetBIOS name");
        }
        if (!challengeDomain.equalsIgnoreCase(domain.name())) {
            throw new ValidatorUnavailableException(
                    "ntlm_auth is in the domain \"%s\" and wbinfo in \"%s\" (expected the same)"
                            .formatted(PrintableText.line(challengeDomain), domain.name()));
        }
        if (computer.equalsIgnoreCase(domain.name())) {
            throw new ValidatorUnavailableException("this machine is in no domain (join it: net ads join)");
        }
        String dnsDomain = domain.dnsName().toLowerCase(Locale.ROOT);
        String dnsComputer = computer.toLowerCase(Locale.ROOT) + (dnsDomain.isEmpty() ? "" : "." + dnsDomain);
        return new JoinedDomain(
                new TargetNames(computer, domain.name(), dnsComputer, dnsDomain, true), domain, separator);
    }

    private static <T> T answer(Query<T> query) throws ValidatorUnavailableException {
        return switch (query) {
            case Query.Answered<T>(T value) -> value;
            case Query.Unknown<T>(String why) -> throw unavailable(why);
            case Query.Failed<T>(String why) -> throw unavailable(why);
        };
    }

    private static ValidatorUnavailableException unavailable(String why) {
        return new ValidatorUnavailableException("winbindd does not tell the names of machine and domain: " + why);
    }

    private List<AvPair> targetInformation(Deadline deadline) throws ValidatorUnavailableException {
        List<String> command = new ArrayList<>(ntlmAuth);
        command.add(CHALLENGER);
        return switch (runner.run(command, CHALLENGE_ME.getBytes(StandardCharsets.US_ASCII), deadline)) {
            case ProgramRunner.Run.Failed(String why) -> throw unavailable(why);
            case ProgramRunner.Run.Ended(int _, String output, String _) ->
                pairs(output).orElseThrow(() -> unavailable("ntlm_auth does not challenge as expected"));
        };
    }

    private static Optional<List<AvPair>> pairs(String output) {
        if (!output.startsWith(CHALLENGE)) {
            return Optional.empty();
        }
        try {
            byte[] message = Base64.getDecoder()
                    .decode(output.substring(CHALLENGE.length()).strip());
            byte[] information = new Type2Message(message).getTargetInformation();
            return information == null ? Optional.empty() : Optional.of(AvPairs.decode(information));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // JCIFS-NG trusts lengths
        }
    }

    private static String text(List<AvPair> pairs, int type) {
        AvPair pair = AvPairs.get(pairs, type);
        return pair == null ? "" : new String(pair.getRaw(), StandardCharsets.UTF_16LE);
    }
}
