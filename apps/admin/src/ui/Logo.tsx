export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#5b5bd6" />
      <path
        d="M10 9v5a3 3 0 0 0 3 3h6a3 3 0 0 1 3 3v3"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="10" cy="9" r="3" fill="#fff" />
      <circle cx="22" cy="23" r="3" fill="#fff" />
    </svg>
  )
}
