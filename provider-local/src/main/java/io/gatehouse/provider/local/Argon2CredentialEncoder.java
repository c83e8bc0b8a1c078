package io.gatehouse.provider.local;

import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Secret;
import java.util.regex.Pattern;
import org.apache.shiro.authc.credential.DefaultPasswordService;

/**
 * Makes the credential for Basic: argon2id with Shiro's parameters (64 MiB, one pass, four lanes), written as other
 * tools write it: without Shiro's prefix, parameters in the order m, t, p.
 */
public final class Argon2CredentialEncoder implements CredentialEncoder {
    private static final Pattern SHIRO_ORDER = Pattern.compile("\\$t=(\\d+),m=(\\d+),p=(\\d+)\\$");

    @Override
    public String purpose() {
        return "Basic";
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when no client could send the password: it is empty or holds a control character
     */
    @Override
    public Secret encode(String password) {
        if (password.isEmpty() || password.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the password is empty or holds a control character");
        }
        String shiro = new DefaultPasswordService().encryptPassword(password);
        String crypt = shiro.substring(PasswordHashes.SHIRO_PREFIX.length());
        return Secret.ofText(SHIRO_ORDER.matcher(crypt).replaceFirst("\\$m=$2,t=$1,p=$3\\$"));
    }
}
