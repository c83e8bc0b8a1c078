/** What a Windows domain says of a user: alike in a Kerberos ticket and in a domain controller's answer to a logon. */
@NullMarked
package io.gatehouse.formats.logon;

import org.jspecify.annotations.NullMarked;
