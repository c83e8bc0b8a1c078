package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.ServerNames;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the client believes that it speaks with this gateway (MS-NLMP's MsvAvTargetName): {@code HTTP/} and one of
 * the gateway's names. Somebody in the middle cannot change the name, since the proof of the password covers it. It
 * protects where no channel binding does: of clients that send none, and behind a proxy whose certificate is not known
 * here.
 */
final class TargetNameCheck {
    private static final Pattern SERVICE_NAME = Pattern.compile(
            "(?:(?<service>[^/]*)/)?(?<host>\\[[^\\]/]*]|[^:/]*|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?::[0-9]{1,5})?(?:/[^/]*)?");
    private static final int LONGEST_SHOWN = 100;

    private TargetNameCheck() {}

    /** Why {@code targetName} is refused, if so. */
    static Optional<Outcome.Rejected> refusal(String targetName, ServerNames names) {
        Matcher parts = SERVICE_NAME.matcher(targetName);
        if (!parts.matches()) {
            return refused(targetName, "expected HTTP/ and a name of the gateway");
        }
        String service = Optional.ofNullable(parts.group("service")).orElse("http");
        if (!service.toLowerCase(Locale.ROOT).equals("http")) {
            return refused(
                    targetName, "expected the service HTTP: signed for another service, and passed on by a relay");
        }
        return names.include(parts.group("host"))
                ? Optional.empty()
                : refused(
                        targetName,
                        "expected a name of the certificate, [server] name or [server] aliases: a name that is not"
                                + " configured, or a relay");
    }

    private static Optional<Outcome.Rejected> refused(String targetName, String why) {
        String shown = targetName.substring(0, Math.min(targetName.length(), LONGEST_SHOWN));
        return Optional.of(new Outcome.Rejected(
                Outcome.Reason.REFUSED, "signed for the target name \"" + shown + "\" (" + why + ")"));
    }
}
