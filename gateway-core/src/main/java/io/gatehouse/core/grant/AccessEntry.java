package io.gatehouse.core.grant;

import io.gatehouse.core.net.Target;

/** What a request for access and a grant have in common: whose access to what it is about. */
public sealed interface AccessEntry permits AccessRequest, TemporaryGrant {
    /** Ten hexadecimal digits, for people. A grant has the id of the request that it answers. */
    String id();

    /** {@link io.gatehouse.core.text.AccountNames#key} of the user. */
    String account();

    /** The name of the desktop in the configuration. */
    String desktop();

    /** Where the desktop was for them when they asked. */
    Target target();

    /** Why it was asked for, in the words of the user. */
    String reason();
}
