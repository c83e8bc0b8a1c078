package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.text.AccountNames;
import java.net.InetAddress;

/**
 * What one approval is for, and nothing beside it: a user, the address of the client, and a rule with the targets and
 * terms that its approver read.
 *
 * @param user the account, by its {@link AccountNames#key}
 */
record ApprovalSubject(String user, InetAddress source, String rule, ApprovalTerms terms) {
    /** Of a connection by {@code rule}, which asks for approvals. */
    static ApprovalSubject of(Identity user, InetAddress source, Rule rule) {
        return new ApprovalSubject(
                AccountNames.key(user), source, rule.name(), rule.approval().orElseThrow());
    }

    /** Whether the terms are about the token of a connection, which no other connection has. */
    boolean isAboutToken() {
        return terms.provider().isPresent();
    }
}
