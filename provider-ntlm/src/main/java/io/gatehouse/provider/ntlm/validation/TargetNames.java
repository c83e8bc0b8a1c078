package io.gatehouse.provider.ntlm.validation;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * The names that a challenge tells the client (AV pairs 1 to 4). They come from the validator: a domain controller
 * refuses responses whose computer name is not that of the machine account that asks.
 *
 * @param computer NetBIOS computer name
 * @param domain NetBIOS domain name; the computer name on a stand-alone server
 * @param dnsComputer DNS name of the computer
 * @param dnsDomain DNS name of the domain; that of the computer on a stand-alone server
 * @param inDomain whether the accounts are those of a domain, or else the computer's own
 */
public record TargetNames(String computer, String domain, String dnsComputer, String dnsDomain, boolean inDomain) {
    public static final int LONGEST_NETBIOS_NAME = 15;

    /** The name that stands for the whole: MS-NLMP's TargetName. */
    public String target() {
        return inDomain ? domain : computer;
    }

    /** Whether {@code name} is one of these names. */
    public boolean include(String name) {
        return Stream.of(computer, domain, dnsComputer, dnsDomain).anyMatch(name::equalsIgnoreCase);
    }

    /** A NetBIOS name made of the first label of a DNS name: {@code gw.example.com} becomes {@code GW}. */
    public static String netbiosName(String serverName) {
        String label = serverName.split("\\.", 2)[0].toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9-]", "");
        if (label.isEmpty() || Character.isDigit(label.charAt(0))) {
            return "GATEHOUSE"; // an address, or a name in another script
        }
        return label.substring(0, Math.min(label.length(), LONGEST_NETBIOS_NAME));
    }
}
