/** The account file: one line a local account, shared by the providers that check its credentials. */
@NullMarked
package io.gatehouse.formats.account;

import org.jspecify.annotations.NullMarked;
