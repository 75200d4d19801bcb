; The installer for Windows: for one person, without an administrator. makensis is called by ../windows.sh with
;   VERSION, FILES (folder of what is installed), OUT (the installer to write), SIZE (of the files, in KB)
; Silently: freshkey-setup.exe /S [/AUTOSTART=off] [/D=folder];  uninstall.exe /S [/FORGET=yes]
Target amd64-unicode
Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
Name "Freshkey"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Freshkey"
InstallDirRegKey HKCU "Software\Freshkey" "Folder"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Freshkey"
VIAddVersionKey "FileDescription" "Freshkey setup"
VIAddVersionKey "CompanyName" "The Freshkey authors"
VIAddVersionKey "LegalCopyright" "The Freshkey authors"
VIAddVersionKey "FileVersion" "${VERSION}.0"
VIAddVersionKey "ProductVersion" "${VERSION}"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WordFunc.nsh
!include WinMessages.nsh
!define MUI_ICON "..\..\icons\freshkey.ico"
!define MUI_UNICON "..\..\icons\freshkey.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\freshkey-window.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString StillRuns ${LANG_ENGLISH} "Freshkey still runs, and its files cannot be replaced. Quit it in its tray, then try again."
LangString StillRuns ${LANG_SIMPCHINESE} "Freshkey 仍在运行，无法替换其文件。请在托盘中退出后重试。"
LangString AskForget ${LANG_ENGLISH} "Delete the accounts and their tokens from Windows' credentials as well? Whoever wants them back has to sign in again."
LangString AskForget ${LANG_SIMPCHINESE} "是否同时从 Windows 凭据中删除账户及其令牌？之后若要使用，需重新登录。"
LangString AtLogin ${LANG_ENGLISH} "Start at login"
LangString AtLogin ${LANG_SIMPCHINESE} "登录时启动"

Var Folder
Var Answer

; EachProfile runs a command of freshkey.exe, of the folder $INSTDIR, for the default profile and each other one.
!macro EachProfile UN
Function ${UN}EachProfile
  Pop $Answer
  nsExec::Exec '"$INSTDIR\freshkey.exe" $Answer'
  Pop $0
  FindFirst $1 $Folder "$LOCALAPPDATA\freshkey\profiles\*"
  ${DoWhile} $Folder != ""
    ${If} $Folder != "."
    ${AndIf} $Folder != ".."
      nsExec::Exec '"$INSTDIR\freshkey.exe" --profile $Folder $Answer'
      Pop $0
    ${EndIf}
    FindNext $1 $Folder
  ${Loop}
  FindClose $1
FunctionEnd

; MakeRoom asks running agents to quit, which see through what they have sent, and waits until the program can be written.
Function ${UN}MakeRoom
  ${IfNot} ${FileExists} "$INSTDIR\freshkey.exe"
    Return
  ${EndIf}
  Push "quit"
  Call ${UN}EachProfile
  ${For} $2 1 100
    ClearErrors
    FileOpen $3 "$INSTDIR\freshkey.exe" a
    ${IfNot} ${Errors}
      FileClose $3
      Return
    ${EndIf}
    Sleep 100
  ${Next}
  MessageBox MB_OK|MB_ICONEXCLAMATION "$(StillRuns)" /SD IDOK
  SetErrorLevel 2
  Abort "$(StillRuns)"
FunctionEnd
!macroend
!insertmacro EachProfile ""
!insertmacro EachProfile "un."

; A PATH that is longer than this installer can hold is left as it is.
!define LONGEST 900
!macro TellPath
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=1000
!macroend

Function AddToPath
  ReadRegStr $0 HKCU "Environment" "Path"
  StrLen $1 $0
  ${If} $1 > ${LONGEST}
    Return
  ${EndIf}
  ${WordReplace} ";$0;" ";$INSTDIR;" ";" "+" $1
  ${If} $1 != ";$0;" ; it is there
    Return
  ${EndIf}
  ${If} $0 != ""
    StrCpy $0 "$0;"
  ${EndIf}
  WriteRegExpandStr HKCU "Environment" "Path" "$0$INSTDIR"
  !insertmacro TellPath
FunctionEnd

Function un.TakeFromPath
  ReadRegStr $0 HKCU "Environment" "Path"
  StrLen $1 $0
  ${If} $1 > ${LONGEST}
    Return
  ${EndIf}
  ${un.WordReplace} ";$0;" ";$INSTDIR;" ";" "+" $1
  StrCpy $1 $1 "" 1
  StrLen $2 $1
  ${If} $2 > 0
    StrCpy $1 $1 -1
  ${EndIf}
  ${If} $1 != $0
    WriteRegExpandStr HKCU "Environment" "Path" $1
    !insertmacro TellPath
  ${EndIf}
FunctionEnd

Section "Freshkey"
  SectionIn RO
  Call MakeRoom
  SetOutPath "$INSTDIR"
  File /r "${FILES}\*"
  CreateShortcut "$SMPROGRAMS\Freshkey.lnk" "$INSTDIR\freshkey-window.exe"
  Call AddToPath
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Freshkey" "Folder" "$INSTDIR"
  !define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Freshkey"
  WriteRegStr HKCU "${KEY}" "DisplayName" "Freshkey"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\freshkey-window.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Freshkey authors"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

Section "$(AtLogin)" atLogin
  nsExec::Exec '"$INSTDIR\freshkey.exe" autostart on'
  Pop $0
SectionEnd

Function .onInit
  ${GetParameters} $0
  ${GetOptions} $0 "/AUTOSTART=" $1
  ${If} $1 == "off"
    SectionSetFlags ${atLogin} 0
  ${EndIf}
FunctionEnd

Section "Uninstall"
  StrCpy $Answer "no"
  ${GetParameters} $0
  ${GetOptions} $0 "/FORGET=" $4
  ${If} $4 == "yes"
    StrCpy $5 "yes"
  ${Else}
    MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "$(AskForget)" /SD IDNO IDNO +2
    StrCpy $5 "yes"
  ${EndIf}
  Push "autostart off"
  Call un.EachProfile
  ${If} $5 == "yes"
    Push "remove --all --yes"
    Call un.EachProfile
  ${EndIf}
  Call un.MakeRoom
  Call un.TakeFromPath
  Delete "$SMPROGRAMS\Freshkey.lnk"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\freshkey.exe"
  Delete "$INSTDIR\freshkey-window.exe"
  Delete "$INSTDIR\README.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ${If} $5 == "yes"
    RMDir /r "$LOCALAPPDATA\freshkey"
  ${EndIf}
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "Software\Freshkey"
SectionEnd
